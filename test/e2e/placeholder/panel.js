// The script of the placeholder's panel: sends a word, shows the answer.

const host = acquireVsCodeApi();
document.querySelector('button').addEventListener('click', () => host.postMessage('There'));
window.addEventListener('message', ({ data }) => {
  document.querySelector('output').textContent = data;
});
