package org.walarchive.cli;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * How fast something goes.
 *
 * @param bytesPerSecond over the last seconds; empty as long as that cannot be told
 * @param remaining how many seconds it will take at that rate; empty where that cannot be told
 * @param elapsed since it began
 */
record Tempo(OptionalLong bytesPerSecond, OptionalLong remaining, Duration elapsed) {}
