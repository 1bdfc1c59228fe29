package org.walarchive.cli;

import org.walarchive.cli.log.RecordForm;

/** Under which name the program was called: as WAL-E it answers as WAL-E does. */
enum ProgramName {
    WALARCHIVE("walarchive", "walarchive", RecordForm.TEXT),
    WAL_E("wal-e", "wal_e", RecordForm.WAL_E);

    /** Set by the launcher. */
    static final String PROPERTY = "walarchive.program";

    /** The version of WAL-E whose command line this answers. */
    static final String WAL_E_VERSION = "1.1.1";

    private final String word;
    private final String tag;
    private final RecordForm form;

    ProgramName(String word, String tag, RecordForm form) {
        this.word = word;
        this.tag = tag;
        this.form = form;
    }

    /** Returns the name that the launcher was called by. */
    static ProgramName ofLauncher() {
        return WAL_E.word.equals(System.getProperty(PROPERTY)) ? WAL_E : WALARCHIVE;
    }

    String word() {
        return word;
    }

    /** Returns a sentence with the name that the commands in it are to be called by. */
    String inCommandsOf(String text) {
        return this == WALARCHIVE ? text : text.replace("walarchive ", word + " ");
    }

    /** Returns what messages to syslog begin with. */
    String tag() {
        return tag;
    }

    /** Returns the form of the log where none is asked for. */
    RecordForm form() {
        return form;
    }
}
