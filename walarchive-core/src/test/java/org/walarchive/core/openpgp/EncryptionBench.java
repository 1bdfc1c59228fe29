package org.walarchive.core.openpgp;

import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Encrypts or decrypts a file into nothing, and tells the processor time of its passes. Run by {@code bench/encryption.sh}. */
final class EncryptionBench {

    private EncryptionBench() {}

    /** Takes {@code encrypt} or {@code decrypt}, a file, and how often to do it. */
    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[1]);
        OpenPgp openPgp = new OpenPgp(arguments[0].equals("encrypt") ? Keys.to("rsa") : Keys.with("rsa"));
        for (int pass = 0; pass < Integer.parseInt(arguments[2]); pass++) {
            long begun = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            try (InputStream content = Files.newInputStream(file);
                    InputStream stream = arguments[0].equals("encrypt")
                            ? openPgp.encryptor().orElseThrow().encrypt(content)
                            : openPgp.decrypt(content)) {
                stream.transferTo(OutputStream.nullOutputStream());
            }
            long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begun;
            System.err.printf(
                    "  %s, pass %d: %.2f CPU s/GB%n", arguments[0], pass + 1, nanos / (double) Files.size(file));
        }
    }
}
