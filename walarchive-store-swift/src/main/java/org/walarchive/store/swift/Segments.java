package org.walarchive.store.swift;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.store.PutMode;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.swift.SwiftObjects.Ending;
import org.walarchive.store.swift.SwiftObjects.ManifestPut;
import org.walarchive.store.swift.SwiftObjects.Presence;

/**
 * Looks after the segments of large objects. None is deleted that a manifest has, or may still come to have: an object
 * that lost its segments is lost.
 */
final class Segments {

    private static final Logger log = LoggerFactory.getLogger(Segments.class);

    private final SwiftContainer container;
    private final SwiftObjects objects;
    private final Deletion deletion;
    private final int pageSize;

    /** Puts whose outcome is not known, by the object's name. */
    private final Map<String, Set<String>> left = new ConcurrentHashMap<>();

    private volatile boolean supported;

    Segments(SwiftContainer container, SwiftObjects objects, Deletion deletion, int pageSize) {
        this.container = container;
        this.objects = objects;
        this.deletion = deletion;
        this.pageSize = pageSize;
    }

    /**
     * Finds out, once, whether the cluster makes large objects of manifests. One that does not would keep the manifest
     * itself as the blob.
     *
     * @param trial the name of an object to try it with
     */
    void requireSupported(String action, String trial, Manifest manifest) throws StoreException {
        if (supported) {
            return;
        }
        ManifestPut put = objects.putManifest(action, trial, manifest, PutMode.OVERWRITE);
        boolean large =
                put.ending() == Ending.WRITTEN && objects.look(action, trial).presence() == Presence.LARGE;
        objects.delete(action, trial);
        if (put.failure().isPresent()) {
            throw put.failure().get();
        }
        if (!large) {
            throw new StoreException(
                    Kind.INVALID,
                    action + " in " + container + ": the cluster has no static large objects",
                    "Is the middleware \"slo\" in the pipeline of the cluster's proxy servers? WALARCHIVE_SWIFT_SEGMENT_SIZE"
                            + " sets what is put without it: three times as much.",
                    null);
        }
        supported = true;
    }

    /** Deletes segments. */
    void delete(List<String> names) throws StoreException {
        if (!names.isEmpty()) {
            deletion.delete(names);
        }
    }

    /** Remembers a put whose outcome is not known. */
    void leave(String object, String id) {
        left.computeIfAbsent(object, name -> ConcurrentHashMap.newKeySet()).add(id);
    }

    /**
     * Deletes segments that nothing has any more after an object was put: those of the one before it, and those of puts of
     * unknown outcome. A failure is no failure of the put.
     */
    void tidy(String key, String object, Optional<SegmentLayout> replaced) {
        Set<String> unknown = left.remove(object);
        Set<String> ids = new LinkedHashSet<>();
        replaced.ifPresent(layout -> ids.add(layout.id()));
        if (unknown != null) {
            ids.addAll(unknown);
        }
        if (ids.isEmpty()) {
            return;
        }
        try {
            // What is there now may be what a put of unknown outcome, or another writer, has put.
            objects.look("cannot look for " + key, object).layout().ifPresent(layout -> ids.remove(layout.id()));
            for (String id : ids) {
                delete(names(SwiftContainer.segments(object, id), ""));
            }
        } catch (StoreException e) {
            ids.forEach(id -> leave(object, id));
            log.atWarn()
                    .addKeyValue("key", key)
                    .addKeyValue("puts", ids)
                    .log("segments that nothing has any more are left in the container: {}", e.getMessage());
        }
    }

    /** Deletes all segments of objects that have been deleted. */
    void deleteOf(Collection<String> deleted) throws StoreException {
        Set<String> directories = new LinkedHashSet<>();
        deleted.forEach(object -> directories.add(object.substring(0, object.lastIndexOf('/') + 1)));
        Set<String> having = new LinkedHashSet<>();
        for (String directory : directories) {
            having.addAll(names(SwiftContainer.segmentsBelow(directory), "/"));
        }
        List<String> names = new ArrayList<>();
        for (String object : deleted) {
            if (having.contains(SwiftContainer.segmentsBelow(object) + "/")) {
                names.addAll(names(SwiftContainer.segments(object), ""));
            }
            left.remove(object);
        }
        delete(names);
    }

    private List<String> names(String prefix, String delimiter) throws StoreException {
        List<String> names = new ArrayList<>();
        String marker = "";
        while (true) {
            ObjectList page = objects.list("cannot list segments", prefix, delimiter, marker, pageSize);
            if (page.last().isEmpty()) {
                return names;
            }
            page.objects().forEach(object -> names.add(object.name()));
            names.addAll(page.directories());
            marker = page.last().get();
        }
    }
}
