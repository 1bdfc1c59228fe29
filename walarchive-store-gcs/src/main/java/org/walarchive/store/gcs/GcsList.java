package org.walarchive.store.gcs;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.ListPage;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreKeys;

/** Reads pages of lists. */
final class GcsList {

    private static final Logger log = LoggerFactory.getLogger(GcsList.class);

    private final GcsBucket bucket;

    GcsList(GcsBucket bucket) {
        this.bucket = bucket;
    }

    /** Returns the names of the objects in a page. */
    static List<String> names(JsonObject page) {
        return elements(page, "items").stream()
                .filter(JsonElement::isJsonObject)
                .flatMap(item -> Answer.text(item.getAsJsonObject(), "name").stream())
                .toList();
    }

    /**
     * Reads a page.
     *
     * @param action what fails if it cannot be read, and where
     * @param prefix what the names of objects begin with
     * @param token where the page begins; null for the first
     */
    ListPage page(String action, JsonObject page, String prefix, @Nullable PageToken token) throws StoreException {
        try {
            List<BlobInfo> blobs = new ArrayList<>();
            for (JsonElement item : elements(page, "items")) {
                JsonObject object = item.getAsJsonObject();
                String name = member(object, "name");
                if (belongs(name, prefix)) {
                    blobs.add(new BlobInfo(bucket.key(name), Long.parseLong(member(object, "size")), time(object)));
                }
            }
            List<String> prefixes = elements(page, "prefixes").stream()
                    .map(JsonElement::getAsString)
                    .filter(name -> name.endsWith("/") && belongs(name.substring(0, name.length() - 1), prefix))
                    .map(bucket::key)
                    .toList();
            List<String> unseen = PageToken.newOf(prefixes, token);
            Optional<String> next = Answer.text(page, "nextPageToken").filter(text -> !text.isEmpty());
            return new ListPage(blobs, unseen, PageToken.next(next, unseen, token));
        } catch (IllegalArgumentException | IllegalStateException | DateTimeException e) {
            throw new StoreException(
                    Kind.CORRUPT, action + ": the list cannot be read: " + GcsErrors.shortened(e.getMessage()));
        }
    }

    private static List<JsonElement> elements(JsonObject page, String name) {
        return page.get(name) instanceof JsonArray array ? array.asList() : List.of();
    }

    private static String member(JsonObject object, String name) {
        return Answer.text(object, name).orElseThrow(() -> new IllegalArgumentException("an object has no " + name));
    }

    private static Instant time(JsonObject object) {
        return OffsetDateTime.parse(member(object, "timeCreated")).toInstant();
    }

    /** Tells whether a name is one that a put has made: consoles make empty objects whose names end in a slash, as directories. */
    private boolean belongs(String object, String prefix) {
        if (!object.startsWith(prefix)) {
            return false;
        }
        try {
            StoreKeys.requireValid(bucket.key(object));
            return true;
        } catch (StoreException e) {
            log.debug("action=list object={} state=ignored", object);
            return false;
        }
    }
}
