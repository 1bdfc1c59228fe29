package org.walarchive.core.codec;

import org.walarchive.ConfigurationException;

/** A stream that cannot be read here, for want of a library. It may be sound. */
public final class MissingLibraryException extends CorruptStreamException implements UnreadableHere {

    private final String library;

    /**
     * Makes an exception.
     *
     * @param format the name of the format
     * @param library the library
     * @param cause what the absence shows by
     */
    public MissingLibraryException(String format, String library, LinkageError cause) {
        super(format, "it needs " + library + " on the class path to be read", 0, cause);
        this.library = library;
    }

    @Override
    public String hint() {
        return "Put " + library + " on the class path.";
    }

    @Override
    public ConfigurationException of(String doing, String location) {
        return new ConfigurationException(
                doing + " failed: a library is missing", location + ": " + getMessage(), hint(), this);
    }
}
