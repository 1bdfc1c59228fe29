package org.walarchive.store.gcs;

import com.google.auth.oauth2.GoogleCredentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.support.TaskThreads;

/**
 * Access tokens of a credential, found by Google's library. It asks other services for them, one after the other and with
 * time-outs of its own, so it does that in another thread, for which nobody waits longer than a bounded time.
 */
final class Tokens implements Authorization {

    private static final String SCOPE = "https://www.googleapis.com/auth/devstorage.read_write";

    private final ExecutorService threads;
    private final Duration timeout;
    private final Object finding = new Object();
    private volatile @Nullable GoogleCredentials credentials;

    private Tokens(ExecutorService threads, Duration timeout, @Nullable GoogleCredentials credentials) {
        this.threads = threads;
        this.timeout = timeout;
        this.credentials = credentials;
    }

    /** Reads the credential of a file, if one is named; else it is looked for when the first token is needed. */
    static Tokens open(GcsConfig config, ExecutorService threads) throws StoreException {
        return new Tokens(
                threads,
                config.tokenTimeout(),
                config.credentialsFile().isPresent()
                        ? read(config.credentialsFile().get())
                        : null);
    }

    private static GoogleCredentials read(Path file) throws StoreException {
        String what = SettingsReader.CREDENTIALS + " " + file;
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readAllBytes();
        } catch (IOException e) {
            throw new StoreException(Kind.INVALID, what + " cannot be read", "Can the user that archives read it?", e);
        }
        try {
            return prepared(GoogleCredentials.fromStream(new ByteArrayInputStream(content)));
        } catch (IOException | IllegalArgumentException e) {
            // Its message may show some of the file.
            throw new StoreException(
                    Kind.INVALID,
                    what + " holds no credential that can be used",
                    "It is a JSON file: the key of a service account, or the configuration of a workload identity.",
                    null);
        }
    }

    private static GoogleCredentials prepared(GoogleCredentials found) {
        return found.createScoped(SCOPE).createWithCustomRetryStrategy(false);
    }

    @Override
    public Map<String, List<String>> headers(String action) throws StoreException {
        FutureTask<Map<String, List<String>>> headers = new FutureTask<>(() -> find().getRequestMetadata());
        TaskThreads.start(threads, headers, "an access token was asked for (" + action + ")");
        try {
            return headers.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            headers.cancel(true);
            Thread.currentThread().interrupt();
            throw new StoreException(Kind.INTERRUPTED, action + ": interrupted");
        } catch (TimeoutException e) {
            headers.cancel(true);
            throw new StoreException(
                    Kind.UNAVAILABLE,
                    action + ": there was no access token within " + timeout.toSeconds() + " s",
                    "Can oauth2.googleapis.com, sts.googleapis.com or the metadata server be reached from here?",
                    e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw CredentialErrors.translate(action, failure);
            }
            if (e.getCause() instanceof RuntimeException failure) {
                throw CredentialErrors.translate(action, failure);
            }
            throw new IllegalStateException("access token could not be had", e.getCause());
        }
    }

    private GoogleCredentials find() throws IOException {
        GoogleCredentials found = credentials;
        if (found == null) {
            synchronized (finding) {
                found = credentials;
                if (found == null) {
                    found = prepared(GoogleCredentials.getApplicationDefault());
                    credentials = found;
                }
            }
        }
        return found;
    }
}
