package org.walarchive.core.openpgp;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.walarchive.ConfigurationException;
import org.walarchive.core.codec.UnreadableHere;

/** An encrypted object that cannot be decrypted here, for want of a key or of what a key needs. It may be sound. */
public final class DecryptionException extends IOException implements UnreadableHere {

    private final String hint;
    private final @Nullable String recipients;

    /**
     * Makes an exception that has to do with no message: with a key that cannot be read, or not unlocked.
     *
     * @param message what is wrong: a sentence
     * @param hint what to do, in sentences
     * @param cause the failure underneath, or null
     */
    DecryptionException(String message, String hint, @Nullable Throwable cause) {
        this(null, message, hint, cause);
    }

    /**
     * Makes an exception.
     *
     * @param recipients the names of the keys that the message is encrypted to ({@link KeyIds#recipients}), or null
     * @param message what is wrong: a sentence
     * @param hint what to do, in sentences
     * @param cause the failure underneath, or null
     */
    DecryptionException(@Nullable String recipients, String message, String hint, @Nullable Throwable cause) {
        super(message, cause);
        this.recipients = recipients;
        this.hint = hint;
    }

    /** Returns the names of the keys that the message is encrypted to, where none of them could decrypt it. */
    public Optional<String> recipients() {
        return Optional.ofNullable(recipients);
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
