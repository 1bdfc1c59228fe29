package org.walarchive.store;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.walarchive.stability.Stable;

/**
 * Settings of a store by name, as the environment has them ({@code AWS_REGION}, {@code WABS_ACCOUNT_NAME}, …). May hold
 * secrets: {@link #toString} prints names only.
 */
@Stable
public final class StoreSettings {

    private final Map<String, String> values;

    private StoreSettings(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /**
     * Returns settings without any value.
     *
     * @return empty settings
     */
    public static StoreSettings none() {
        return new StoreSettings(Map.of());
    }

    /**
     * Makes settings of a map, such as {@link System#getenv()}.
     *
     * @param values values by name; copied
     * @return the settings
     */
    public static StoreSettings of(Map<String, String> values) {
        return new StoreSettings(values);
    }

    /**
     * Returns a setting.
     *
     * @param name its name
     * @return its value, if it is set and not empty
     */
    public Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
    }

    /** Returns the names that are set, without their values. */
    @Override
    public String toString() {
        return "StoreSettings" + new TreeMap<>(values).keySet();
    }
}
