package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A record prints all its components unless somebody thinks of it. */
class SecretRecordsTest {

    private static final String MARKER = "bWFya2VyIG9mIHRoZSBzZWNyZXRz";

    private static final Set<String> NAMES =
            Set.of("secret", "secrets", "password", "passphrase", "token", "sas", "credential", "signature", "cookie");

    /** Secrets by another name. */
    private static final Map<String, String> OTHERS = Map.of(
            "org.walarchive.store.azure.AzureCredential$AccountKey", "key",
            "org.walarchive.store.azure.ApplicationFlow$Secret", "value",
            "org.walarchive.store.azure.IssuedToken", "value",
            "org.walarchive.core.openpgp.SessionKey", "key");

    @Test
    void noRecordPrintsASecret() throws ReflectiveOperationException {
        Set<String> looked = new TreeSet<>();
        List<String> told = new ArrayList<>();
        for (JavaClass each : new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(location -> !location.contains("-tests.jar"))
                .importPackages("org.walarchive")) {
            if (each.isRecord() && hasSecret(each.reflect())) {
                looked.add(each.getName());
                if (print(each.reflect()).contains(MARKER)) {
                    told.add(each.getName());
                }
            }
        }
        assertEquals(List.of(), told);
        assertTrue(looked.containsAll(OTHERS.keySet()), looked::toString);
        assertTrue(looked.contains("org.walarchive.store.s3.AccessKey"), looked::toString);
    }

    @Test
    void aRecordThatPrintsItIsFound() throws ReflectiveOperationException {
        record Careless(String user, String password) {}
        assertTrue(hasSecret(Careless.class));
        assertTrue(print(Careless.class).contains(MARKER));
        assertFalse(print(Careless.class).contains("user=" + MARKER));
    }

    private static boolean hasSecret(Class<?> type) {
        return Arrays.stream(type.getRecordComponents()).anyMatch(component -> isSecret(type, component));
    }

    private static boolean isSecret(Class<?> type, RecordComponent component) {
        Class<?> value = component.getType();
        boolean text = value == String.class || value == Optional.class || value == List.class || value == byte[].class;
        return text
                && (NAMES.contains(component.getName()) || component.getName().equals(OTHERS.get(type.getName())));
    }

    private static String print(Class<?> type) throws ReflectiveOperationException {
        return make(type).toString();
    }

    private static Object make(Class<?> type) throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        Constructor<?> constructor = type.getDeclaredConstructor(
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new));
        constructor.setAccessible(true);
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = value(components[i].getType(), isSecret(type, components[i]) ? MARKER : "x");
        }
        return constructor.newInstance(values);
    }

    private static @Nullable Object value(Class<?> type, String text) throws ReflectiveOperationException {
        if (type.isRecord()) {
            return make(type);
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        if (type == HttpRequest.class) {
            return HttpRequest.newBuilder(URI.create("http://host")).build();
        }
        if (type == String.class) {
            return text;
        }
        if (type == Optional.class) {
            return Optional.of(text);
        }
        if (type == List.class) {
            return List.of(text);
        }
        if (type == byte[].class) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }
        if (type == int.class) {
            return 0;
        }
        return type == long.class ? 0L : null;
    }
}
