package org.walarchive.core.openpgp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.walarchive.Encryption;

/** Which private keys are in GnuPG's keeping, whether they can be used or not. */
final class GpgKeys {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    /** Fields of a line of {@code --with-colons}: doc/DETAILS of GnuPG. */
    private static final int KEY_ID = 4;

    private static final int SECRET = 14;

    private static final String HIDDEN = KeyIds.format(0);

    private final Encryption settings;

    GpgKeys(Encryption settings) {
        this.settings = settings;
    }

    /**
     * Tells whether gpg has one of these keys. Where it cannot be asked, it may.
     *
     * @param ids of keys, zeros for any
     */
    boolean mayHaveAny(Set<String> ids) throws InterruptedException {
        Path home = settings.gnupgHome();
        if (!Files.isDirectory(home)) { // gpg would make one
            return false;
        }
        Process process;
        try {
            // without a model of trust it makes a database of trust
            process = GpgProgram.command(settings, "--trust-model", "always", "--with-colons", "--list-secret-keys")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return hasFiles(home);
        }
        try {
            process.getOutputStream().close();
            // A hundred keys are less than a pipe holds; whoever has more may have this one.
            if (!process.waitFor(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS) || process.exitValue() != 0) {
                return true;
            }
            try (InputStream output = process.getInputStream()) {
                return new String(output.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .anyMatch(line -> isOneOf(ids, line.split(":", -1)));
            }
        } catch (IOException e) {
            return true;
        } finally {
            process.destroyForcibly();
        }
    }

    /** A sign of number in the place of the secret says that it is elsewhere, as an offline master key is. */
    private static boolean isOneOf(Set<String> ids, String[] fields) {
        return (fields[0].equals("sec") || fields[0].equals("ssb"))
                && fields.length > KEY_ID
                && (ids.contains(fields[KEY_ID]) || ids.contains(HIDDEN))
                && !(fields.length > SECRET && fields[SECRET].equals("#"));
    }

    /** GnuPG keeps each private key in a file of its own; its first release kept all in one. */
    private static boolean hasFiles(Path home) {
        try (DirectoryStream<Path> keys = Files.newDirectoryStream(home.resolve("private-keys-v1.d"))) {
            if (keys.iterator().hasNext()) {
                return true;
            }
        } catch (NoSuchFileException e) {
            return hasRing(home);
        } catch (IOException e) {
            return true;
        }
        return hasRing(home);
    }

    private static boolean hasRing(Path home) {
        try {
            return Files.size(home.resolve("secring.gpg")) > 0;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
