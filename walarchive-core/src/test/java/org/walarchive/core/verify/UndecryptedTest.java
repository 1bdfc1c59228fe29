package org.walarchive.core.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class UndecryptedTest {

    private final List<String> told = new ArrayList<>();
    private final Undecrypted undecrypted = new Undecrypted(Set.of("key K")::contains);

    private void add(String name, String recipients) {
        undecrypted.add(Optional.of(recipients), () -> told.add(name + " damaged"), () -> told.add(name + " unknown"));
    }

    @Test
    void whatAloneNamesAKeyIsDamagedWhereOthersCouldBeDecrypted() {
        add("a", "key A");
        add("b", "key B");
        assertEquals(List.of(), told);
        undecrypted.decide(true);
        told.sort(null);
        assertEquals(List.of("a damaged", "b damaged"), told);
    }

    @Test
    void nothingIsKnownWhereNothingCouldBeDecrypted() {
        add("a", "key A");
        undecrypted.decide(false);
        assertEquals(List.of("a unknown"), told);
    }

    @Test
    void whatSeveralNameIsAKeyThatIsNotHere() {
        add("a", "key A");
        add("b", "key A");
        add("c", "key A");
        assertEquals(List.of("a unknown", "b unknown", "c unknown"), told);
        undecrypted.decide(true);
        assertEquals(3, told.size());
    }

    @Test
    void whatNamesAKeyThatWorksForOthersFailedForAnotherReason() {
        add("a", "key K");
        undecrypted.decide(true);
        assertEquals(List.of("a unknown"), told);
    }

    @Test
    void aFailureThatHasToDoWithNoMessageSaysNothingOfIt() {
        undecrypted.add(Optional.empty(), () -> told.add("damaged"), () -> told.add("unknown"));
        assertEquals(List.of("unknown"), told);
        undecrypted.decide(true);
        assertEquals(1, told.size());
    }

    @Test
    void ofAnyNumberOfKeysSomeAreTold() {
        for (int i = 0; i < 5000; i++) {
            add("object " + i, "key " + i);
        }
        undecrypted.decide(true);
        assertEquals(5000, told.size());
        assertEquals(
                1000, told.stream().filter(each -> each.endsWith("damaged")).count());
    }
}
