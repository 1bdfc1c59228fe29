package org.walarchive.core.openpgp;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.walarchive.ConfigurationException;
import org.walarchive.core.codec.UnreadableHere;

/** An encrypted object that cannot be decrypted here, for want of a key or of what a key needs. It may be sound. */
public final class DecryptionException extends IOException implements UnreadableHere {

    private final String hint;

    /**
     * Makes an exception.
     *
     * @param message what is wrong: a sentence
     * @param hint what to do, in sentences
     * @param cause the failure underneath, or null
     */
    DecryptionException(String message, String hint, @Nullable Throwable cause) {
        super(message, cause);
        this.hint = hint;
    }

    @Override
    public String hint() {
        return hint;
    }

    @Override
    public ConfigurationException of(String doing, String location) {
        return new ConfigurationException(
                doing + " failed: it is encrypted and cannot be decrypted here",
                location + ": " + getMessage(),
                hint,
                this);
    }
}
