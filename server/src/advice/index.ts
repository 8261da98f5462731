// All advice rules, in order; nothing else.

import type { AdviceRule } from './rule.js';
import buffersPerRow from './rules/buffers-per-row.js';
import coldCache from './rules/cold-cache.js';
import compositeIndex from './rules/composite-index.js';
import correlatedSubplan from './rules/correlated-subplan.js';
import cteMaterialized from './rules/cte-materialized.js';
import fkWithoutIndex from './rules/fk-without-index.js';
import functionOnColumn from './rules/function-on-column.js';
import functionScanEstimate from './rules/function-scan-estimate.js';
import hashSpill from './rules/hash-spill.js';
import hashaggSpill from './rules/hashagg-spill.js';
import heapFetches from './rules/heap-fetches.js';
import indexOnlyCandidate from './rules/index-only-candidate.js';
import indexRecheck from './rules/index-recheck.js';
import jitOverhead from './rules/jit-overhead.js';
import largeOffset from './rules/large-offset.js';
import likeInfix from './rules/like-infix.js';
import likePrefix from './rules/like-prefix.js';
import lossyBitmap from './rules/lossy-bitmap.js';
import manyPartitions from './rules/many-partitions.js';
import mergeJoinSorts from './rules/merge-join-sorts.js';
import nestedLoopInnerSeq from './rules/nested-loop-inner-seq.js';
import nestedLoopUnderestimate from './rules/nested-loop-underestimate.js';
import notInSubplan from './rules/not-in-subplan.js';
import parallelNotUsed from './rules/parallel-not-used.js';
import planningTime from './rules/planning-time.js';
import rowMisestimate from './rules/row-misestimate.js';
import seqScanDiscard from './rules/seq-scan-discard.js';
import seqScanEstimate from './rules/seq-scan-estimate.js';
import sortSpill from './rules/sort-spill.js';
import staleStats from './rules/stale-stats.js';
import tempIo from './rules/temp-io.js';
import topNIndex from './rules/top-n-index.js';
import triggers from './rules/triggers.js';
import wideRows from './rules/wide-rows.js';
import workersNotLaunched from './rules/workers-not-launched.js';
import wrongIndexOrderBy from './rules/wrong-index-order-by.js';

export const ADVICE_RULES: readonly AdviceRule[] = [
  seqScanDiscard,
  seqScanEstimate,
  compositeIndex,
  indexRecheck,
  lossyBitmap,
  sortSpill,
  hashSpill,
  hashaggSpill,
  tempIo,
  rowMisestimate,
  nestedLoopInnerSeq,
  nestedLoopUnderestimate,
  heapFetches,
  indexOnlyCandidate,
  topNIndex,
  wrongIndexOrderBy,
  largeOffset,
  cteMaterialized,
  jitOverhead,
  planningTime,
  triggers,
  workersNotLaunched,
  parallelNotUsed,
  likePrefix,
  likeInfix,
  functionOnColumn,
  correlatedSubplan,
  notInSubplan,
  functionScanEstimate,
  coldCache,
  buffersPerRow,
  mergeJoinSorts,
  staleStats,
  fkWithoutIndex,
  manyPartitions,
  wideRows,
];
