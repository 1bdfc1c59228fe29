package org.walarchive.store.tck;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.ListPage;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreFeature;

/** A store on {@link TinyServer} that keeps the contract, unless it is made with a flaw. */
final class TinyStore implements BlobStore {

    static final int PART_BYTES = 100_000;
    private static final byte[] EMPTY = {};

    private final TinyClient client;
    private final Flaw flaw;

    TinyStore(int port, Duration timeout, Flaw flaw) {
        this.client = new TinyClient(port, timeout, flaw);
        this.flaw = flaw;
    }

    @Override
    public PutResult put(String key, BlobSource source, PutMode mode) throws IOException {
        List<byte[]> parts = new ArrayList<>();
        try (InputStream in = source.open()) {
            for (byte[] part = in.readNBytes(PART_BYTES); part.length > 0; part = in.readNBytes(PART_BYTES)) {
                parts.add(part);
            }
        }
        String id = UUID.randomUUID().toString();
        String target = "/blobs/" + key;
        if (parts.size() > 1) {
            for (int i = 0; i < parts.size(); i++) {
                String part = flaw == Flaw.SHOWS_PARTS ? target : "/parts/" + id + "/" + i;
                call("PUT", part, List.of(), parts.get(i));
            }
            target = "/commit/" + id + "/" + parts.size() + "/" + key;
        }
        byte[] body = parts.size() == 1 ? parts.get(0) : EMPTY;
        if (flaw == Flaw.SHOWS_PARTS && parts.size() > 1) {
            return PutResult.WRITTEN;
        }
        List<String> condition = switch (mode) {
            case OVERWRITE -> List.of();
            case IF_ABSENT -> List.of("If-None-Match: *");
        };
        TinyClient.Reply reply = call(parts.size() > 1 ? "POST" : "PUT", target, condition, body);
        return reply.head().status() == 412 ? PutResult.ALREADY_PRESENT : PutResult.WRITTEN;
    }

    @Override
    public BlobContent get(String key) throws StoreException {
        TinyClient.Reply reply = call("GET", "/blobs/" + key, List.of(), EMPTY);
        if (reply.head().status() == 404) {
            throw new StoreException(Kind.NOT_FOUND, "there is no " + key);
        }
        return new BlobContent(new ByteArrayInputStream(reply.body()), OptionalLong.of(reply.body().length));
    }

    @Override
    public ListPage list(String keyPrefix, ListDepth depth, @Nullable String pageToken) throws StoreException {
        TinyClient.Reply reply = call("GET", "/list/" + keyPrefix, List.of(), EMPTY);
        List<BlobInfo> blobs = new ArrayList<>();
        Set<String> prefixes = new TreeSet<>();
        for (String line : new String(reply.body(), StandardCharsets.UTF_8).split("\n")) {
            String[] words = line.split(" ");
            if (words.length < 2) {
                continue;
            }
            String key = words[0];
            int slash = key.indexOf('/', keyPrefix.length());
            if (depth == ListDepth.IMMEDIATE && slash >= 0) {
                prefixes.add(key.substring(0, slash + 1));
            } else {
                blobs.add(new BlobInfo(key, Long.parseLong(words[1]), Instant.EPOCH));
            }
        }
        return new ListPage(blobs, List.copyOf(prefixes), Optional.empty());
    }

    @Override
    public void delete(Collection<String> keys) throws StoreException {
        for (String key : keys) {
            try {
                call("DELETE", "/blobs/" + key, List.of(), EMPTY);
            } catch (StoreException e) {
                if (flaw != Flaw.SAYS_NOTHING_OF_A_DELETE_THAT_FAILS) {
                    throw e;
                }
            }
        }
    }

    private TinyClient.Reply call(String method, String target, List<String> fields, byte[] body)
            throws StoreException {
        try {
            return checked(method, target, fields, body);
        } catch (StoreException e) {
            boolean again = flaw == Flaw.RETRIES && e.kind().retryable()
                    || flaw == Flaw.PUTS_AGAIN_AFTER_A_LOST_REPLY && e.getCause() instanceof EOFException;
            if (again) {
                return checked(method, target, fields, body);
            }
            if (flaw == Flaw.TAKES_A_BROKEN_PUT_FOR_SUCCESS && e.getCause() != null && !method.equals("GET")) {
                return new TinyClient.Reply(new HttpHead("HTTP/1.1 201 Created", List.of()), EMPTY);
            }
            throw e;
        }
    }

    private TinyClient.Reply checked(String method, String target, List<String> fields, byte[] body)
            throws StoreException {
        try {
            List<String> all = new ArrayList<>(fields);
            if (flaw != Flaw.SENDS_NO_CHECKSUM) {
                all.add(TinyServer.SUM + ": " + TinyServer.sum(body));
            }
            TinyClient.Reply reply = client.send(method, target, all, body);
            if (flaw == Flaw.FOLLOWS_REDIRECTIONS && reply.head().status() / 100 == 3) {
                client.send("GET", "/login", List.of(), EMPTY);
                return reply;
            }
            check(method + " " + target, reply);
            return reply;
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                if (flaw == Flaw.CLEARS_THE_INTERRUPT_FLAG) {
                    Thread.interrupted();
                }
                throw new StoreException(Kind.INTERRUPTED, method + " " + target + ": interrupted");
            }
            Kind kind = flaw == Flaw.THINKS_FAILURES_ARE_FINAL ? Kind.INVALID : Kind.UNAVAILABLE;
            throw new StoreException(kind, method + " " + target + ": " + e, null, e);
        }
    }

    private void check(String action, TinyClient.Reply reply) throws StoreException {
        int status = reply.head().status();
        boolean marked = reply.head().field(TinyServer.MARK).isPresent()
                || flaw == Flaw.TAKES_ANY_404_FOR_ABSENCE && status == 404
                || flaw == Flaw.TAKES_ANY_SUCCESS && status == 200;
        Set<Integer> known = Set.of(200, 201, 204, 404, 412);
        if (marked && status == 400) {
            throw new StoreException(Kind.CORRUPT, action + ": the service got something else");
        }
        if (!marked || !known.contains(status)) {
            Kind kind = status == 429 ? Kind.THROTTLED : Kind.UNAVAILABLE;
            Duration wait = reply.head()
                    .field("Retry-After")
                    .filter(text -> flaw != Flaw.FORGETS_RETRY_AFTER)
                    .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                    .orElse(null);
            throw new StoreException(
                    flaw == Flaw.THINKS_FAILURES_ARE_FINAL ? Kind.INVALID : kind,
                    action + ": " + status,
                    null,
                    null,
                    wait);
        }
        boolean unsummed = Arrays.asList(
                        Flaw.COMPARES_NO_CHECKSUM,
                        Flaw.TAKES_A_SHORT_BODY_FOR_ALL,
                        Flaw.TAKES_A_SHORT_LIST_FOR_ALL,
                        Flaw.TAKES_ANY_SUCCESS,
                        Flaw.TAKES_ANY_404_FOR_ABSENCE)
                .contains(flaw);
        if (!unsummed && !reply.head().field(TinyServer.SUM).orElse("").equals(TinyServer.sum(reply.body()))) {
            throw new StoreException(Kind.CORRUPT, action + ": the checksum does not agree");
        }
    }

    @Override
    public Set<StoreFeature> features() {
        return Set.of(StoreFeature.ATOMIC_IF_ABSENT);
    }

    @Override
    public void close() {}
}
