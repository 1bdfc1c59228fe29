package org.walarchive.cli.log;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** A stream; each record goes there in one piece. */
public final class StreamTarget implements RecordTarget {

    private final PrintStream stream;

    /**
     * Makes a target.
     *
     * @param stream where records go
     */
    public StreamTarget(PrintStream stream) {
        this.stream = stream;
    }

    @Override
    public void write(Severity severity, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        synchronized (stream) {
            stream.write(bytes, 0, bytes.length);
            stream.flush();
        }
    }
}
