package org.walarchive.core.openpgp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.walarchive.ConfigurationException;
import org.walarchive.Encryption;

/** 16 MB that do not compress, to a key of the tests and back. Run from the project's directory. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@State(Scope.Benchmark)
public class OpenPgpBenchmark {

    private static final Path KEYS = Path.of("walarchive-core/src/test/resources/openpgp");

    private final byte[] plain = new byte[16 << 20];
    private OpenPgp reader;
    private Encryptor encryptor;
    private byte[] message;

    @Setup
    public void setUp() throws IOException, ConfigurationException {
        new Random(1).nextBytes(plain);
        Encryption.Builder keys = Encryption.builder().gnupgHome(KEYS).gpgProgram("/nonexistent/gpg");
        encryptor = new OpenPgp(keys.recipients("rsa@example.invalid")
                        .publicKeyFile(KEYS.resolve("rsa.public.asc"))
                        .build())
                .encryptor()
                .orElseThrow();
        reader = new OpenPgp(Encryption.builder()
                .gnupgHome(KEYS)
                .gpgProgram("/nonexistent/gpg")
                .privateKeyFile(KEYS.resolve("rsa.private.asc"))
                .build());
        try (InputStream in = encryptor.encrypt(new ByteArrayInputStream(plain))) {
            message = in.readAllBytes();
        }
    }

    @Benchmark
    public long encrypt() throws IOException {
        try (InputStream in = encryptor.encrypt(new ByteArrayInputStream(plain))) {
            return in.transferTo(OutputStream.nullOutputStream());
        }
    }

    @Benchmark
    public long decrypt() throws IOException {
        try (InputStream in = reader.decrypt(new ByteArrayInputStream(message))) {
            return in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
