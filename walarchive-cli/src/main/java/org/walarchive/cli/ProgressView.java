package org.walarchive.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.walarchive.Progress;

/** How progress is shown. */
interface ProgressView {

    /** How often something new is shown. */
    long periodMillis();

    /** Shows how far it is. */
    void show(Progress progress, Tempo tempo);

    /** Shows how far a phase came that is over. */
    void showEnd(Progress progress, Tempo tempo);

    /** Shows nothing any more. */
    void close();

    /** On the last line of a terminal. */
    record Bar(StatusLine line, int columns) implements ProgressView {

        @Override
        public long periodMillis() {
            return 250;
        }

        @Override
        public void show(Progress progress, Tempo tempo) {
            // Terminals differ in what they do after the last column.
            line.show(ProgressLine.of(progress, tempo, columns - 1));
        }

        @Override
        public void showEnd(Progress progress, Tempo tempo) {
            // the log tells
        }

        @Override
        public void close() {
            line.erase();
        }
    }

    /** As lines of JSON. */
    record Lines(PrintStream stream) implements ProgressView {

        @Override
        public long periodMillis() {
            return 1000;
        }

        @Override
        public void show(Progress progress, Tempo tempo) {
            byte[] line = ProgressJson.of(progress, tempo).getBytes(StandardCharsets.US_ASCII);
            synchronized (stream) {
                stream.write(line, 0, line.length);
                stream.flush();
            }
        }

        @Override
        public void showEnd(Progress progress, Tempo tempo) {
            show(progress, tempo);
        }

        @Override
        public void close() {
            // nothing to take away
        }
    }
}
