package org.walarchive.core.backup;

import java.io.IOException;
import org.walarchive.core.progress.ProgressMeter;
import org.walarchive.core.tar.ReadPace;

/** A pace that counts what is read. */
record MeteredPace(ReadPace pace, ProgressMeter.Part part) implements ReadPace {

    @Override
    public int begin(int wanted) throws IOException {
        return pace.begin(wanted);
    }

    @Override
    public void end(int allowed, int read) {
        pace.end(allowed, read);
        part.add(Math.max(read, 0));
    }
}
