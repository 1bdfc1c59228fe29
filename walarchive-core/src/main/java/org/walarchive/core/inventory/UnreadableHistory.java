package org.walarchive.core.inventory;

import java.util.Optional;
import org.walarchive.core.codec.UnreadableHere;

/**
 * A history file that cannot be read.
 *
 * @param location where it is
 * @param why what is wrong with it
 * @param here present if it is this place that lacks a key, or a library: the file may be whole
 */
public record UnreadableHistory(String location, String why, Optional<UnreadableHere> here) {

    /** Returns where and why. */
    public String text() {
        return location + ": " + why;
    }
}
