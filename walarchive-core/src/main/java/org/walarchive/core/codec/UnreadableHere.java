package org.walarchive.core.codec;

import org.walarchive.ConfigurationException;

/** Why something cannot be read here that may be sound: for want of a key, or of a library. */
public interface UnreadableHere {

    /** What to do, in sentences. */
    String hint();

    /**
     * Turns this into the library's exception.
     *
     * @param doing what was wanted: lower case, no full stop
     * @param location the object
     */
    ConfigurationException of(String doing, String location);
}
