package org.walarchive.cli.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;
import org.walarchive.core.testing.Await;

/** S3Proxy in a process of its own, with its objects in files. It has no server-side encryption. */
public final class S3ProxyProcess implements AutoCloseable {

    private static final String ACCESS_KEY = "test-access-key";
    private static final String SECRET_KEY = "test-secret-key";

    private final Path directory;
    private final Process process;
    private final S3Server server;

    public S3ProxyProcess() {
        try {
            directory = Files.createTempDirectory("s3proxy");
            Files.createDirectory(directory.resolve("objects"));
            server = new S3Server(URI.create("http://127.0.0.1:" + QuietPort.next()), ACCESS_KEY, SECRET_KEY);
            Files.writeString(directory.resolve("s3proxy.conf"), configuration());
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-jar",
                            Path.of("target", "s3proxy", "s3proxy.jar").toString(),
                            "--properties",
                            directory.resolve("s3proxy.conf").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("log").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Await.until("S3Proxy takes connections", Duration.ofSeconds(120), this::answers);
    }

    private String configuration() {
        return String.join(
                "\n",
                "s3proxy.endpoint=" + server.endpoint(),
                "s3proxy.authorization=aws-v4",
                "s3proxy.identity=" + ACCESS_KEY,
                "s3proxy.credential=" + SECRET_KEY,
                "jclouds.provider=filesystem-nio2",
                "jclouds.identity=none",
                "jclouds.credential=none",
                "jclouds.filesystem.basedir=" + directory.resolve("objects"),
                "");
    }

    public S3Server server() {
        return server;
    }

    private boolean answers() {
        if (!process.isAlive()) {
            throw new AssertionError("S3Proxy ended: see " + directory.resolve("log"));
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), server.endpoint().getPort()));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroy();
        try (Stream<Path> paths = Files.walk(directory)) {
            process.waitFor();
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
