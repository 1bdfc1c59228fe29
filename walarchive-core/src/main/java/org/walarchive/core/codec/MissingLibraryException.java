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
        this(format, "it needs " + library + " on the class path to be read", 0, library, cause);
    }

    /**
     * Makes an exception for a stream that only some of its features need the library for.
     *
     * @param format the name of the format
     * @param fault what needs it: lower case, no full stop
     * @param offset where it was noticed, in bytes from the beginning of the compressed stream
     * @param library the library
     * @param cause what the absence shows by
     */
    MissingLibraryException(String format, String fault, long offset, String library, LinkageError cause) {
        super(format, fault, offset, cause);
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
