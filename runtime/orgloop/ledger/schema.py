"""The tables, and how an older file becomes a current one.

``PRAGMA user_version`` counts the migrations that a file has had. A new one is appended to
:data:`MIGRATIONS` and never changed afterwards; it runs in one transaction.

Every query that a run makes is answered by a key or by one of the indexes here, in time that does
not grow with the history (a test reads SQLite's query plans). The partial indexes hold only the
rows that are asked for in that way.
"""

from __future__ import annotations

APPLICATION_ID = 0x4F52474C
"""``ORGL``: tells a ledger from any other SQLite file."""

_TABLES = """
CREATE TABLE runs (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    created REAL NOT NULL,
    branch TEXT NOT NULL,
    baseline_commit TEXT NOT NULL,
    task TEXT NOT NULL,
    options TEXT NOT NULL,
    seed TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    first_event INTEGER NOT NULL
);

CREATE TABLE totals (
    run TEXT PRIMARY KEY,
    started INTEGER NOT NULL DEFAULT 0,
    finished INTEGER NOT NULL DEFAULT 0,
    kept INTEGER NOT NULL DEFAULT 0,
    discarded INTEGER NOT NULL DEFAULT 0,
    crashed INTEGER NOT NULL DEFAULT 0,
    overruled INTEGER NOT NULL DEFAULT 0,
    streak INTEGER NOT NULL DEFAULT 0,
    input_tokens INTEGER NOT NULL DEFAULT 0,
    cached_tokens INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0,
    cost_usd REAL NOT NULL DEFAULT 0,
    bench_busy_s REAL NOT NULL DEFAULT 0,
    measurements INTEGER NOT NULL DEFAULT 0,
    highest_seed INTEGER NOT NULL DEFAULT -1,
    noise_squares REAL NOT NULL DEFAULT 0,
    noise_freedom INTEGER NOT NULL DEFAULT 0,
    active_s REAL NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE generations (
    run TEXT NOT NULL,
    number INTEGER NOT NULL,
    tree TEXT NOT NULL,
    commit_id TEXT NOT NULL,
    created REAL NOT NULL,
    author TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (run, number)
) WITHOUT ROWID;

CREATE TABLE experiments (
    run TEXT NOT NULL,
    number INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    base TEXT NOT NULL,
    created REAL NOT NULL,
    status TEXT NOT NULL DEFAULT 'running',
    commit_id TEXT,
    title TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    value REAL,
    stderr REAL,
    gain REAL,
    finished REAL,
    overruled INTEGER NOT NULL DEFAULT 0,
    tokens INTEGER NOT NULL DEFAULT 0,
    cost_usd REAL NOT NULL DEFAULT 0,
    params TEXT NOT NULL DEFAULT '{}',
    replaced TEXT NOT NULL DEFAULT '{}',
    fingerprint TEXT,
    effect REAL,
    verdict TEXT NOT NULL DEFAULT '{}',
    lesson TEXT NOT NULL DEFAULT '',
    ordinal INTEGER,
    params_key TEXT,
    score REAL,
    UNIQUE (run, number)
);
CREATE INDEX experiments_running ON experiments (run, number) WHERE status = 'running';
CREATE INDEX experiments_crashed ON experiments (run, ordinal) WHERE status = 'crash';
CREATE INDEX experiments_finished ON experiments (run, ordinal) WHERE ordinal IS NOT NULL;
CREATE INDEX experiments_scored ON experiments (run, score, number) WHERE score IS NOT NULL;
CREATE INDEX experiments_near ON experiments (run, gain) WHERE status = 'discard' AND gain > 0;
CREATE INDEX experiments_fingerprint ON experiments (run, fingerprint, number)
    WHERE fingerprint IS NOT NULL;
CREATE INDEX experiments_params ON experiments (run, params_key, number)
    WHERE params_key IS NOT NULL;

CREATE TABLE steps (
    run TEXT NOT NULL,
    experiment TEXT NOT NULL,
    node TEXT NOT NULL,
    visit INTEGER NOT NULL,
    started REAL NOT NULL,
    finished REAL,
    decision TEXT,
    note TEXT NOT NULL DEFAULT '',
    engine TEXT NOT NULL DEFAULT '',
    commit_id TEXT,
    data TEXT NOT NULL DEFAULT '{}',
    input_tokens INTEGER NOT NULL DEFAULT 0,
    cached_tokens INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0,
    cost_usd REAL NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '',
    UNIQUE (run, experiment, node, visit)
);

CREATE TABLE measurements (
    run TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    experiment TEXT NOT NULL,
    commit_id TEXT NOT NULL,
    seed INTEGER NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    started REAL NOT NULL,
    finished REAL,
    value REAL,
    metrics TEXT NOT NULL DEFAULT '{}',
    crash TEXT,
    wall_s REAL NOT NULL DEFAULT 0,
    cpu_s REAL NOT NULL DEFAULT 0,
    peak_bytes INTEGER NOT NULL DEFAULT 0,
    slot INTEGER,
    log TEXT
);
CREATE INDEX measurements_experiment ON measurements (run, experiment);
CREATE INDEX measurements_commit ON measurements (run, commit_id);
CREATE INDEX measurements_running ON measurements (run) WHERE status = 'running';

CREATE TABLE samples (
    run TEXT NOT NULL,
    commit_id TEXT NOT NULL,
    size INTEGER NOT NULL,
    mean REAL NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (run, commit_id)
) WITHOUT ROWID;
CREATE INDEX samples_repeated ON samples (run, last) WHERE size > 1;

CREATE TABLE incumbents (
    run TEXT NOT NULL,
    number INTEGER NOT NULL,
    commit_id TEXT NOT NULL,
    experiment TEXT NOT NULL,
    at REAL NOT NULL,
    value REAL NOT NULL,
    stderr REAL,
    PRIMARY KEY (run, number)
) WITHOUT ROWID;

CREATE TABLE commands (
    id INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    verb TEXT NOT NULL,
    args TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'new',
    answer TEXT NOT NULL DEFAULT ''
);
CREATE INDEX commands_new ON commands (id) WHERE state = 'new';

CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    role TEXT,
    text TEXT NOT NULL,
    read_by TEXT
);
CREATE INDEX messages_unread ON messages (id) WHERE read_by IS NULL;

CREATE TABLE problems (
    run TEXT NOT NULL,
    path TEXT NOT NULL,
    line INTEGER,
    key TEXT,
    message TEXT NOT NULL,
    hint TEXT NOT NULL,
    severity TEXT NOT NULL,
    since REAL NOT NULL
);
CREATE INDEX problems_run ON problems (run);

CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    run TEXT,
    experiment TEXT,
    kind TEXT NOT NULL,
    body TEXT NOT NULL
);
"""

_KEPT_FOR_SIMPLICITY = """
ALTER TABLE experiments ADD COLUMN conceded REAL;
ALTER TABLE totals ADD COLUMN simplified INTEGER NOT NULL DEFAULT 0;
ALTER TABLE totals ADD COLUMN conceded REAL NOT NULL DEFAULT 0;
"""

_CALLS = """
CREATE TABLE calls (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL,
    experiment TEXT NOT NULL,
    node TEXT NOT NULL,
    visit INTEGER NOT NULL,
    seat INTEGER NOT NULL DEFAULT 0,
    at REAL NOT NULL,
    wall_s REAL NOT NULL DEFAULT 0,
    engine TEXT NOT NULL DEFAULT '',
    model TEXT NOT NULL DEFAULT '',
    input_tokens INTEGER NOT NULL DEFAULT 0,
    cached_tokens INTEGER NOT NULL DEFAULT 0,
    cache_write_tokens INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0,
    cost_usd REAL,
    reported INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT ''
);
CREATE INDEX calls_visit ON calls (run, experiment, node, visit);
CREATE INDEX calls_run ON calls (run);
CREATE INDEX calls_unpriced ON calls (run, model) WHERE cost_usd IS NULL;
ALTER TABLE totals ADD COLUMN unpriced_tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE experiments ADD COLUMN unpriced_tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE steps ADD COLUMN unpriced_tokens INTEGER NOT NULL DEFAULT 0;
"""
"""What each answer cost: ``cost_usd`` is null, and its tokens unpriced, where nobody knows."""

_PEOPLE = """
CREATE TABLE questions (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL,
    experiment TEXT NOT NULL,
    node TEXT NOT NULL,
    visit INTEGER NOT NULL,
    seat INTEGER NOT NULL,
    asked REAL NOT NULL,
    state TEXT NOT NULL,
    commit_id TEXT NOT NULL,
    decisions TEXT NOT NULL,
    may_edit INTEGER NOT NULL,
    text TEXT NOT NULL,
    answered REAL,
    decision TEXT,
    note TEXT NOT NULL DEFAULT '',
    title TEXT,
    edits TEXT NOT NULL DEFAULT '{}',
    by TEXT NOT NULL DEFAULT '',
    UNIQUE (run, experiment, node, visit, seat)
);
CREATE INDEX questions_pending ON questions (run, id) WHERE state IN ('line', 'open');
CREATE INDEX questions_answered ON questions (run, id) WHERE state = 'answered';
ALTER TABLE messages ADD COLUMN holder TEXT;
ALTER TABLE messages ADD COLUMN read_at REAL;
ALTER TABLE messages ADD COLUMN read_run TEXT;
ALTER TABLE messages ADD COLUMN read_experiment TEXT;
CREATE INDEX messages_read ON messages (read_run, read_experiment) WHERE read_run IS NOT NULL;
ALTER TABLE experiments ADD COLUMN places TEXT NOT NULL DEFAULT '';
ALTER TABLE experiments ADD COLUMN title_key TEXT NOT NULL DEFAULT '';
CREATE INDEX experiments_title ON experiments (run, title_key, number) WHERE title_key <> '';
CREATE TABLE families (
    run TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    tried INTEGER NOT NULL DEFAULT 0,
    kept INTEGER NOT NULL DEFAULT 0,
    crashed INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    best REAL,
    best_number INTEGER,
    last_number INTEGER NOT NULL,
    PRIMARY KEY (run, kind, name)
) WITHOUT ROWID;
CREATE INDEX families_failed ON families (run, kind, failed);
"""

_AUDITS = """
CREATE TABLE audits (
    run TEXT NOT NULL,
    number INTEGER NOT NULL,
    created REAL NOT NULL,
    best TEXT NOT NULL,
    plan TEXT NOT NULL,
    finished REAL,
    report TEXT,
    PRIMARY KEY (run, number)
) WITHOUT ROWID;

CREATE TABLE audit_verdicts (
    run TEXT NOT NULL,
    audit INTEGER NOT NULL,
    experiment TEXT NOT NULL,
    verdict TEXT NOT NULL,
    gain REAL,
    low REAL,
    high REAL,
    why TEXT NOT NULL,
    PRIMARY KEY (run, audit, experiment)
) WITHOUT ROWID;
"""

_AMENDMENTS = """
CREATE TABLE amendments (
    run TEXT NOT NULL,
    number INTEGER NOT NULL,
    at REAL NOT NULL,
    role TEXT NOT NULL,
    turn INTEGER NOT NULL,
    title TEXT NOT NULL,
    files TEXT NOT NULL,
    data TEXT NOT NULL DEFAULT '{}',
    state TEXT NOT NULL DEFAULT 'proposed',
    generation INTEGER,
    against INTEGER,
    after INTEGER,
    chance REAL,
    why TEXT NOT NULL DEFAULT '',
    decided REAL,
    PRIMARY KEY (run, number)
) WITHOUT ROWID;
CREATE INDEX amendments_open ON amendments (run, number) WHERE state IN ('proposed', 'probation');
CREATE INDEX experiments_generation ON experiments (run, generation, number);
"""

_ASKED = """
ALTER TABLE commands ADD COLUMN run TEXT;
ALTER TABLE commands ADD COLUMN experiment TEXT;
ALTER TABLE incumbents ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0;
CREATE INDEX commands_experiment ON commands (run, experiment) WHERE experiment IS NOT NULL;
"""
"""What people ask of one experiment, by which its page finds it, and the keeps that they vetoed."""

MIGRATIONS: tuple[str, ...] = (
    _TABLES,
    _KEPT_FOR_SIMPLICITY,
    _CALLS,
    _PEOPLE,
    _AUDITS,
    _AMENDMENTS,
    _ASKED,
)
"""What brings a file from schema ``n`` to ``n + 1``, by ``n``."""

SCHEMA = len(MIGRATIONS)
"""The schema that this version writes."""
