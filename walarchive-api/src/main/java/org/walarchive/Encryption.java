package org.walarchive;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.walarchive.stability.Stable;

/**
 * The OpenPGP keys of an archive: to whom new objects are encrypted, and how encrypted ones are read. The two are independent:
 * a host that pushes needs no private key, and what is read is recognised object by object, whatever is configured.
 *
 * <pre>{@code
 * Encryption encryption = Encryption.builder()
 *         .recipients("D9E860722127DF061A49BA321C4EE2DE4253A745")
 *         .publicKeyFile(Path.of("/etc/walarchive/public.asc"))
 *         .build();
 * }</pre>
 *
 * <p>Immutable; {@link #toString} shows no secret.
 */
@Stable
public final class Encryption {

    /** The program that decrypts with keys in GnuPG's keeping, by default: {@value}, looked for in {@code PATH}. */
    public static final String DEFAULT_GPG_PROGRAM = "gpg";

    private static final Encryption NONE = builder().build();

    private final List<String> recipients;
    private final List<Path> publicKeyFiles;
    private final List<Path> privateKeyFiles;
    private final Optional<String> passphrase;
    private final Optional<Path> passphraseFile;
    private final Path gnupgHome;
    private final String gpgProgram;

    private Encryption(Builder builder) {
        recipients = List.copyOf(builder.recipients);
        publicKeyFiles = List.copyOf(builder.publicKeyFiles);
        privateKeyFiles = List.copyOf(builder.privateKeyFiles);
        passphrase = Optional.ofNullable(builder.passphrase);
        passphraseFile = Optional.ofNullable(builder.passphraseFile);
        gnupgHome = builder.gnupgHome;
        gpgProgram = builder.gpgProgram;
    }

    /**
     * Returns what an archive has that is told nothing: new objects are not encrypted, encrypted ones are read by gpg.
     *
     * @return the settings
     */
    public static Encryption none() {
        return NONE;
    }

    /**
     * Starts settings with the documented defaults.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the keys that new objects are encrypted to, any of which can decrypt them.
     *
     * @return ids, fingerprints or user ids; empty if new objects are not encrypted
     */
    public List<String> recipients() {
        return recipients;
    }

    /**
     * Returns the files in which the recipients are looked for.
     *
     * @return armored or binary files of public keys; empty to look in {@link #gnupgHome}
     */
    public List<Path> publicKeyFiles() {
        return publicKeyFiles;
    }

    /**
     * Returns the files of the private keys that decrypt.
     *
     * @return armored or binary files; empty to decrypt by {@link #gpgProgram}
     */
    public List<Path> privateKeyFiles() {
        return privateKeyFiles;
    }

    /**
     * Returns the passphrase of the private keys.
     *
     * @return the passphrase, a secret; empty if none was given
     */
    public Optional<String> passphrase() {
        return passphrase;
    }

    /**
     * Returns the file whose first line is the passphrase of the private keys. It is read when a private key is needed.
     *
     * @return the file; empty if none was given
     */
    public Optional<Path> passphraseFile() {
        return passphraseFile;
    }

    /**
     * Returns GnuPG's home directory, in which public keys are looked for, and which {@link #gpgProgram} uses.
     *
     * @return the directory; {@code .gnupg} in the user's home by default
     */
    public Path gnupgHome() {
        return gnupgHome;
    }

    /**
     * Returns the program that decrypts where no private key file is given.
     *
     * @return a path, or a name to look for in {@code PATH}; {@value #DEFAULT_GPG_PROGRAM} by default
     */
    public String gpgProgram() {
        return gpgProgram;
    }

    /** Returns everything but the passphrase. */
    @Override
    public String toString() {
        return "Encryption[recipients=" + recipients + ", publicKeyFiles=" + publicKeyFiles + ", privateKeyFiles="
                + privateKeyFiles + ", passphrase=" + (passphrase.isPresent() ? "given" : "none") + ", passphraseFile="
                + passphraseFile.map(Path::toString).orElse("none") + ", gnupgHome=" + gnupgHome + ", gpgProgram="
                + gpgProgram + "]";
    }

    /** Builds settings. */
    public static final class Builder {
        private final List<String> recipients = new ArrayList<>();
        private final List<Path> publicKeyFiles = new ArrayList<>();
        private final List<Path> privateKeyFiles = new ArrayList<>();
        private @Nullable String passphrase;
        private @Nullable Path passphraseFile;
        private Path gnupgHome = Path.of(System.getProperty("user.home", ""), ".gnupg");
        private String gpgProgram = DEFAULT_GPG_PROGRAM;

        private Builder() {}

        /**
         * Adds recipients, as {@code WALE_GPG_KEY_ID} has them: separated by commas, key ids and fingerprints by blanks as
         * well. Each is a key id (8 or 16 hexadecimal digits, which may begin with 0x), a fingerprint, or a user id: a mail
         * address, or a part of the user id.
         *
         * @param list one or more recipients
         * @return this
         */
        public Builder recipients(String list) {
            for (String piece : list.split(",", -1)) {
                String recipient = piece.strip();
                if (isKeys(recipient)) {
                    recipients.addAll(Arrays.asList(recipient.split("\\s+")));
                } else {
                    recipients.add(recipient);
                }
            }
            return this;
        }

        /** A fingerprint as gpg prints it, in groups of four digits, is one key. */
        private static boolean isKeys(String piece) {
            return piece.matches("(0[xX])?\\p{XDigit}{8,}!?(\\s+(0[xX])?\\p{XDigit}{8,}!?)+");
        }

        /**
         * Adds a file in which recipients are looked for.
         *
         * @param value an armored or binary file of public keys
         * @return this
         */
        public Builder publicKeyFile(Path value) {
            publicKeyFiles.add(value);
            return this;
        }

        /**
         * Adds a file of private keys that decrypt.
         *
         * @param value an armored or binary file
         * @return this
         */
        public Builder privateKeyFile(Path value) {
            privateKeyFiles.add(value);
            return this;
        }

        /**
         * Sets the passphrase of the private keys.
         *
         * @param value the passphrase
         * @return this
         */
        public Builder passphrase(String value) {
            passphrase = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets the file whose first line is the passphrase; it goes before {@link #passphrase}.
         *
         * @param value the file
         * @return this
         */
        public Builder passphraseFile(Path value) {
            passphraseFile = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets GnuPG's home directory.
         *
         * @param value the directory
         * @return this
         */
        public Builder gnupgHome(Path value) {
            gnupgHome = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets the program that decrypts where no private key file is given.
         *
         * @param value a path, or a name to look for in {@code PATH}
         * @return this
         */
        public Builder gpgProgram(String value) {
            gpgProgram = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Makes the settings.
         *
         * @return the settings
         */
        public Encryption build() {
            return new Encryption(this);
        }
    }
}
