-- Where a call came from, and how many calls an entry stands for: a flood of refused ones is counted in one.

alter table audit add column address varchar(64);
alter table audit add column calls integer default 1 not null;
