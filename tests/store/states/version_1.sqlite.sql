BEGIN TRANSACTION;
CREATE TABLE baselines (
	account VARCHAR(255) NOT NULL, 
	order_id TEXT NOT NULL, 
	seen VARCHAR(32), 
	"before" VARCHAR(32), 
	written VARCHAR(32) NOT NULL, 
	run INTEGER NOT NULL, 
	PRIMARY KEY (account, order_id)
)
 WITHOUT ROWID

;
INSERT INTO "baselines" VALUES('acme','1234000','2026-11-20T11:00:00.000000+00:00',NULL,'2026-11-20T11:00:00.000000+00:00',1);
CREATE TABLE finished (
	account VARCHAR(255) NOT NULL, 
	address TEXT NOT NULL, 
	status TEXT NOT NULL, 
	run INTEGER NOT NULL, 
	PRIMARY KEY (account, address)
)
 WITHOUT ROWID

;
INSERT INTO "finished" VALUES('acme','order_line/1234000/line_01','delivered',1);
CREATE TABLE memories (
	account VARCHAR(255) NOT NULL, 
	address TEXT NOT NULL, 
	project VARCHAR(255) NOT NULL, 
	order_id TEXT, 
	spec JSON, 
	how VARCHAR(16) NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	run INTEGER NOT NULL, 
	released BOOLEAN NOT NULL, 
	unmet JSON, 
	identity TEXT NOT NULL, 
	PRIMARY KEY (account, address)
)
 WITHOUT ROWID

;
INSERT INTO "memories" VALUES('acme','custom_field/order/delivery_slot','default',NULL,'{"name":"Delivery slot","value_type":"enum"}','recorded','2026-11-20T11:00:00.000000+00:00',1,0,NULL,'');
INSERT INTO "memories" VALUES('acme','line_status/at_pickup_point','default',NULL,'{"name":"Arrived"}','declared','2026-11-20T11:00:00.000000+00:00',1,1,NULL,'');
INSERT INTO "memories" VALUES('acme','order/1234001','default','1234001','{"status":"new"}','observed','2026-11-20T11:00:00.000000+00:00',1,0,'{"region":null}','sha256:1');
INSERT INTO "memories" VALUES('acme','order_line/1234000/line_01','default','1234000','"delivered"','recorded','2026-11-20T11:00:00.000000+00:00',1,0,NULL,'');
CREATE TABLE meta (
	name VARCHAR(64) NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "meta" VALUES('schema','1');
CREATE TABLE runs (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	account VARCHAR(255) NOT NULL, 
	target VARCHAR(255) NOT NULL, 
	command VARCHAR(64) NOT NULL, 
	started_at VARCHAR(32) NOT NULL, 
	ended_at VARCHAR(32), 
	exit_code INTEGER, 
	host TEXT NOT NULL, 
	pid INTEGER NOT NULL, 
	actor TEXT NOT NULL, 
	"commit" TEXT NOT NULL, 
	ci_url TEXT NOT NULL, 
	tool_version VARCHAR(64) NOT NULL, 
	summary JSON
);
INSERT INTO "runs" VALUES(1,'acme','production','apply','2026-11-20T12:00:00.000000+00:00','2026-11-20T12:00:03.000000+00:00',9,'builder',7,'ann','c0ffee','https://ci/1','0.1','{"done":2,"lost":1}');
CREATE TABLE writes (
	run INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	request INTEGER, 
	address TEXT NOT NULL, 
	action VARCHAR(16) NOT NULL, 
	wanted JSON, 
	"before" JSON, 
	intended_at VARCHAR(32), 
	outcome VARCHAR(16), 
	outcome_at VARCHAR(32), 
	reason TEXT NOT NULL, 
	seconds FLOAT NOT NULL, 
	settled_by VARCHAR(16), 
	PRIMARY KEY (run, number), 
	FOREIGN KEY(run) REFERENCES runs (id)
);
INSERT INTO "writes" VALUES(1,1,1,'custom_field/order/delivery_slot','ensure','{"name":"Delivery slot"}',NULL,'2026-11-20T12:00:01.000000+00:00','done','2026-11-20T12:00:02.000000+00:00','',0.0,NULL);
INSERT INTO "writes" VALUES(1,2,1,'order_line/1234000/line_01','update','"delivered"','"delivering"','2026-11-20T12:00:01.000000+00:00','done','2026-11-20T12:00:02.000000+00:00','',0.5,NULL);
INSERT INTO "writes" VALUES(1,3,1,'order_line/1234000/line_02','update','"delivered"',NULL,'2026-11-20T12:00:01.000000+00:00','lost','2026-11-20T12:00:02.000000+00:00','the connection was cut',0.0,NULL);
INSERT INTO "writes" VALUES(1,4,1,'order_line/1234000/line_03','update','"delivered"',NULL,'2026-11-20T12:00:01.000000+00:00',NULL,NULL,'',0.0,NULL);
INSERT INTO "writes" VALUES(1,5,NULL,'order/1234001','',NULL,NULL,NULL,'skipped','2026-11-20T12:00:03.000000+00:00','its need failed',0.0,NULL);
CREATE INDEX ix_runs_account ON runs (account);
CREATE INDEX memories_by_order ON memories (account, order_id);
CREATE INDEX ix_writes_address ON writes (address);
CREATE INDEX ix_writes_outcome ON writes (outcome);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('runs',1);
COMMIT;
