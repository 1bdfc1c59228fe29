package org.walarchive.core.faults;

import static org.walarchive.store.tck.StoreOperation.GET;
import static org.walarchive.store.tck.StoreOperation.LIST;
import static org.walarchive.store.tck.StoreOperation.PUT;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.walarchive.core.faults.StoreFault.Effect;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.StoreOperation;

/** All that goes wrong with stores. */
final class StoreFaults {

    static final Duration DEADLINE = Duration.ofMinutes(30);

    private static final Set<StoreOperation> ANY = EnumSet.allOf(StoreOperation.class);
    private static final List<Kind> PASSING = List.of(Kind.UNAVAILABLE, Kind.THROTTLED, Kind.CORRUPT);
    private static final Duration SLOW = Duration.ofSeconds(20);

    /** Places in an object: its first byte, in the middle of a small one, and of a larger one. */
    private static final List<Integer> PLACES = List.of(0, 40, 3000);

    /** The first call, and from one in the middle of the work on. */
    private static final List<Integer> BEGINS = List.of(1, 2, 4);

    private final List<StoreFault> faults = new ArrayList<>();

    private StoreFaults() {}

    static List<StoreFault> all() {
        StoreFaults all = new StoreFaults();
        all.passing();
        all.lostReplies();
        all.lasting();
        all.transfers();
        all.wrongBytes();
        all.wrongLists();
        all.slowness();
        return all.faults;
    }

    private void add(
            String name, Effect effect, StoreOperation on, long calls, Function<FaultRule.Calls, FaultRule> rule) {
        faults.add(StoreFault.of(name, effect, Set.of(on), calls, rule));
    }

    private void passing() {
        for (Kind kind : PASSING) {
            for (int n : List.of(2, 3, 5)) {
                faults.add(StoreFault.of(
                        "every " + n + ". call of each kind fails as " + kind,
                        Effect.HIDDEN,
                        ANY,
                        n,
                        calls -> calls.everyNth(n).fail(kind)));
            }
            faults.add(StoreFault.of(
                    "the first 3 calls of each kind fail as " + kind,
                    Effect.HIDDEN,
                    ANY,
                    1,
                    calls -> calls.calls(1, 3).fail(kind)));
        }
    }

    private void lostReplies() {
        for (StoreOperation on : ANY) {
            add(
                    "reply lost of first " + on,
                    Effect.HIDDEN,
                    on,
                    1,
                    calls -> calls.call(1).failAfterwards(Kind.UNAVAILABLE));
            add(
                    "reply lost of every 3. " + on,
                    Effect.HIDDEN,
                    on,
                    3,
                    calls -> calls.everyNth(3).failAfterwards(Kind.UNAVAILABLE));
            for (int from : BEGINS) {
                add(
                        "replies lost from " + from + ". " + on + " on",
                        Effect.MAY_FAIL,
                        on,
                        from,
                        calls -> calls.calls(from, Long.MAX_VALUE).failAfterwards(Kind.UNAVAILABLE));
            }
        }
    }

    private void lasting() {
        for (Kind kind : List.of(Kind.UNAVAILABLE, Kind.ACCESS_DENIED, Kind.NO_CONTAINER)) {
            faults.add(StoreFault.of(
                    "every call fails as " + kind,
                    Effect.FAILS,
                    ANY,
                    1,
                    calls -> calls.everyNth(1).fail(kind)));
            for (StoreOperation on : ANY) {
                lasting(on, kind, Effect.MAY_FAIL);
            }
        }
        lasting(PUT, Kind.NO_SPACE, Effect.MAY_FAIL);
        lasting(PUT, Kind.INVALID, Effect.MAY_FAIL);
        lasting(GET, Kind.FROZEN, Effect.MAY_FAIL);
        lasting(GET, Kind.NOT_FOUND, Effect.DENIES_EXISTENCE);
        lasting(LIST, Kind.INVALID, Effect.MAY_FAIL);
        for (Kind kind : List.of(Kind.ACCESS_DENIED, Kind.NO_CONTAINER)) {
            faults.add(StoreFault.of(
                    "every 3. call of each kind fails as " + kind,
                    Effect.MAY_FAIL,
                    ANY,
                    3,
                    calls -> calls.everyNth(3).fail(kind)));
        }
    }

    private void lasting(StoreOperation on, Kind kind, Effect effect) {
        for (int from : BEGINS) {
            add(
                    kind + " from " + from + ". " + on + " on",
                    effect,
                    on,
                    from,
                    calls -> calls.calls(from, Long.MAX_VALUE).fail(kind));
        }
    }

    private void transfers() {
        for (StoreOperation on : List.of(GET, PUT)) {
            for (int place : PLACES) {
                add(
                        "every 2. " + on + " breaks off at byte " + place,
                        Effect.HIDDEN,
                        on,
                        2,
                        calls -> calls.everyNth(2).breakAt(place, Kind.UNAVAILABLE));
                add(
                        "every " + on + " breaks off at byte " + place,
                        Effect.MAY_FAIL,
                        on,
                        1,
                        calls -> calls.everyNth(1).breakAt(place, Kind.CORRUPT));
            }
        }
    }

    private void wrongBytes() {
        for (StoreOperation on : List.of(GET, PUT)) {
            Effect cut = on == GET ? Effect.LIES_ON_GET : Effect.CUTS_ON_PUT;
            Effect flipped = on == GET ? Effect.LIES_ON_GET : Effect.LIES_ON_PUT;
            for (int place : PLACES) {
                for (int n : List.of(1, 2)) {
                    String which = n == 1 ? "every " + on : "every " + n + ". " + on;
                    add(
                            which + " ends quietly at byte " + place,
                            cut,
                            on,
                            n,
                            calls -> calls.everyNth(n).endQuietlyAt(place));
                    add(
                            which + " has a bit flipped in byte " + place,
                            flipped,
                            on,
                            n,
                            calls -> calls.everyNth(n).flipBitAt(place));
                }
            }
        }
        add(
                "every GET gives another object",
                Effect.MIXES_UP,
                GET,
                1,
                calls -> calls.everyNth(1).answerFor(StoreFaults::neighbour));
        add(
                "every 2. GET gives another object",
                Effect.MIXES_UP,
                GET,
                2,
                calls -> calls.everyNth(2).answerFor(StoreFaults::neighbour));
    }

    /** Another object of the same sort, in a circle. */
    private static String neighbour(String key) {
        Map<String, List<String>> sorts = new TreeMap<>();
        for (String other : new TreeMap<>(Template.objects()).keySet()) {
            sorts.computeIfAbsent(sort(other), sort -> new ArrayList<>()).add(other);
        }
        List<String> sort = sorts.getOrDefault(sort(key), List.of());
        int place = sort.indexOf(key);
        return place < 0 ? key : sort.get((place + 1) % sort.size());
    }

    /** The same partition of another backup, so that nothing but its digest tells it. */
    private static String sort(String key) {
        return key.replaceAll("[0-9A-F]{24}|[0-9A-F]{8}(?=[.]history)", "N");
    }

    private void wrongLists() {
        Map<String, Predicate<String>> hidden = new TreeMap<>(Map.of(
                "everything", key -> true,
                "the WAL", key -> key.startsWith("wal_005/"),
                "the sentinels", key -> key.endsWith(".json"),
                "partitions", key -> key.contains("part_"),
                "the newest backup", key -> key.contains(Template.NEWEST.toString()),
                "marks", key -> key.startsWith("walarchive/")));
        hidden.forEach((what, keys) -> {
            add(
                    "lists lack " + what,
                    Effect.LIES_ON_LIST,
                    LIST,
                    1,
                    calls -> calls.everyNth(1).hide(keys));
            add(
                    "every 2. list lacks " + what,
                    Effect.LIES_ON_LIST,
                    LIST,
                    2,
                    calls -> calls.everyNth(2).hide(keys));
        });
        add(
                "lists are as they were first",
                Effect.LIES_ON_LIST,
                LIST,
                2,
                calls -> calls.calls(2, Long.MAX_VALUE).stale());
    }

    private void slowness() {
        faults.add(StoreFault.inScene(
                "every call takes " + SLOW.toSeconds() + " s",
                Effect.HIDDEN,
                ANY,
                1,
                (scene, on) -> List.of(
                        FaultRule.on(on).runBefore(() -> scene.fixture.time().advance(SLOW)))));
        for (StoreOperation on : ANY) {
            for (int call : BEGINS) {
                faults.add(StoreFault.inScene(
                        call + ". " + on + " stalls",
                        Effect.DEADLINE,
                        Set.of(on),
                        call,
                        (scene, ignored) -> stall(scene, FaultRule.on(on).call(call), on)));
            }
        }
    }

    /** Nothing comes until the deadline rings. */
    private static List<FaultRule> stall(Scene scene, FaultRule.Calls calls, StoreOperation on) {
        List<FaultRule> rules = new ArrayList<>();
        rules.add(calls.runBefore(() -> scene.fixture.time().advance(DEADLINE)));
        if (on == GET || on == PUT) {
            rules.add(calls.stallAt(1));
        }
        return rules;
    }
}
