select * from users;
drop table sessions;
