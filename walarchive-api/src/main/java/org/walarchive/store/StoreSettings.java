package org.walarchive.store;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.walarchive.stability.Stable;

/**
 * Settings of a store by name, as the environment has them ({@code AWS_REGION}, {@code WABS_ACCOUNT_NAME}, …). May hold
 * secrets: {@link #toString} prints names only.
 */
@Stable
public final class StoreSettings {

    private static final int MAX_TIMEOUT_SECONDS = 3600;

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

    /**
     * Returns a setting in another form.
     *
     * @param name its name
     * @param reader makes it of the text; throws an {@link IllegalArgumentException} that says what is wrong, without secrets. The message of a
     *     {@link NumberFormatException} is made here, and has the value: not for secrets
     * @param <T> the form
     * @return its value, if it is set and not empty
     * @throws StoreException of kind INVALID, which names the setting, if it cannot be read
     */
    public <T> Optional<T> get(String name, Function<? super String, ? extends T> reader) throws StoreException {
        Optional<String> value = get(name);
        try {
            return value.map(reader::apply);
        } catch (NumberFormatException e) {
            throw unreadable(name + " \"" + value.orElse("") + "\" is not a number", e);
        } catch (IllegalArgumentException e) {
            throw unreadable(name + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Returns a setting that is a time-out.
     *
     * @param name its name
     * @return its value, if it is set and not empty
     * @throws StoreException of kind INVALID, which names the setting, if it is no decimal number of seconds above 0 and up to 3600
     */
    public Optional<Duration> timeout(String name) throws StoreException {
        return get(name, StoreSettings::seconds);
    }

    private static Duration seconds(String text) {
        BigDecimal seconds = new BigDecimal(text);
        if (seconds.signum() <= 0 || seconds.compareTo(BigDecimal.valueOf(MAX_TIMEOUT_SECONDS)) > 0) {
            throw new IllegalArgumentException(text + " s is not above 0 and up to " + MAX_TIMEOUT_SECONDS + " s");
        }
        return Duration.ofMillis(Math.max(1, seconds.movePointRight(3).longValue()));
    }

    private static StoreException unreadable(String message, Exception cause) {
        return new StoreException(StoreException.Kind.INVALID, message, "Correct or unset it.", cause);
    }

    /**
     * Returns these settings with others in front of them, such as those that a program gave to a provider.
     *
     * @param others values by name, which win; an empty one hides the one of here
     * @param together groups of names of which one from here and another from there make no sense, such as the halves of a key: if others has one of a
     *     group, all of that group come from there
     * @return the settings
     */
    public StoreSettings behind(Map<String, String> others, Collection<Set<String>> together) {
        Map<String, String> merged = new HashMap<>(values);
        for (Set<String> group : together) {
            if (group.stream().anyMatch(others::containsKey)) {
                merged.keySet().removeAll(group);
            }
        }
        merged.putAll(others);
        return new StoreSettings(merged);
    }

    /** Returns the names that are set, without their values. */
    @Override
    public String toString() {
        return "StoreSettings" + new TreeMap<>(values).keySet();
    }
}
