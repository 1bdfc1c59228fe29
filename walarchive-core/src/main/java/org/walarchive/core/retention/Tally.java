package org.walarchive.core.retention;

import org.walarchive.DeletionDecision;
import org.walarchive.DeletionPlan.Totals;

/** Counts what goes and what stays. */
final class Tally {

    private long goingObjects;
    private long goingBytes;
    private long stayingObjects;
    private long stayingBytes;

    void add(DeletionDecision decision) {
        add(decision.goes(), decision.sizeBytes());
    }

    void add(Verdict verdict, long sizeBytes) {
        add(verdict.goes(), sizeBytes);
    }

    private void add(boolean goes, long sizeBytes) {
        if (goes) {
            goingObjects++;
            goingBytes += sizeBytes;
        } else {
            stayingObjects++;
            stayingBytes += sizeBytes;
        }
    }

    Totals totals() {
        return new Totals(goingObjects, goingBytes, stayingObjects, stayingBytes);
    }
}
