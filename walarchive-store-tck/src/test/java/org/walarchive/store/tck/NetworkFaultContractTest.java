package org.walarchive.store.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.walarchive.store.StoreException;

/** Each test of the contract finds the flaws it is there for. */
final class NetworkFaultContractTest {

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aFlawIsFound(Flaw flaw) {
        Set<String> failed = new ConcurrentSkipListSet<>();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(flaw.foundBy().stream()
                        .map(method -> DiscoverySelectors.selectMethod(TinyStoreFaultTest.class, method))
                        .toList())
                .configurationParameter(TinyStoreFaultTest.FLAW, flaw.name())
                .build();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                    Throwable failure = result.getThrowable().orElseThrow();
                    boolean found = failure instanceof AssertionError || failure instanceof StoreException;
                    String name = test.getLegacyReportingName().replaceFirst("\\(.*", "");
                    failed.add(found ? name : name + " by mistake: " + failure);
                }
            }
        });
        assertEquals(new TreeSet<>(flaw.foundBy()), failed);
    }

    @Test
    void everyTestOfTheContractHasAFlawThatItFinds() {
        Set<String> tests = new TreeSet<>();
        for (Class<?> type = NetworkFaultContract.class; type != null; type = type.getSuperclass()) {
            for (Method method : type.getDeclaredMethods()) {
                if (method.isAnnotationPresent(Test.class)) {
                    tests.add(method.getName());
                }
            }
        }
        Set<String> finding = new TreeSet<>();
        Arrays.stream(Flaw.values()).map(Flaw::foundBy).forEach((List<String> names) -> finding.addAll(names));
        assertEquals(tests, finding);
    }
}
