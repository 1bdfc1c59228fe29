package org.walarchive.core.retention;

import org.walarchive.DeletionReason;

/**
 * Why something goes or stays.
 *
 * @param reason the reason
 * @param explanation the same as a phrase
 */
record Verdict(DeletionReason reason, String explanation) {

    boolean goes() {
        return reason.goes();
    }
}
