package org.walarchive.core.tar;

import java.io.IOException;

/** Says when and how much of the data directory may be read. Thread-safe. */
public interface ReadPace {

    /** No limit. */
    ReadPace UNLIMITED = new ReadPace() {
        @Override
        public int begin(int wanted) {
            return wanted;
        }

        @Override
        public void end(int allowed, int read) {
            // nothing is counted
        }
    };

    /**
     * Waits until something may be read.
     *
     * @param wanted how many bytes, at least 1
     * @return how many may be read, from 1 to what was wanted
     * @throws IOException if the wait was interrupted
     */
    int begin(int wanted) throws IOException;

    /**
     * Tells that the read has ended.
     *
     * @param allowed what {@link #begin} returned
     * @param read how many bytes were read; less than 1 for none
     */
    void end(int allowed, int read);
}
