package org.walarchive.core.agent;

/** What a client is told: one byte, as in WAL-G's {@code internal/daemon/common.go}. */
enum Answer {
    /** Done, and durable. */
    OK('O'),
    /** Not done; the agent's log says why. */
    ERROR('E'),
    /** The archive was read and has no such file. */
    ABSENT('N');

    private final byte code;

    Answer(char code) {
        this.code = (byte) code;
    }

    byte code() {
        return code;
    }
}
