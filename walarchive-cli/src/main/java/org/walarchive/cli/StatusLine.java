package org.walarchive.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The last line of a terminal, which is written over again. Whatever else is written there has to be written to this stream: the line then is taken away
 * first, so that nothing of it stays among other lines.
 */
final class StatusLine extends OutputStream {

    private static final String ERASE = "\r\033[K";

    private final PrintStream terminal;
    private boolean shown;

    StatusLine(PrintStream terminal) {
        this.terminal = terminal;
    }

    /** Shows a line in the place of the last one. ASCII, and shorter than the terminal is wide. */
    synchronized void show(String line) {
        print(ERASE + line);
        shown = true;
    }

    /** Takes the line away. */
    synchronized void erase() {
        if (shown) {
            print(ERASE);
            shown = false;
        }
    }

    private void print(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        terminal.write(bytes, 0, bytes.length);
        terminal.flush();
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        erase();
        terminal.write(bytes, offset, length);
    }

    @Override
    public void flush() {
        terminal.flush();
    }
}
