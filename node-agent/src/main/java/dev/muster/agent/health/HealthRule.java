package dev.muster.agent.health;

import dev.muster.agent.device.DeviceReading;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;

/** One line of the rules: what it looks at, and how bad that is. */
interface HealthRule {
    HealthSeverity severity();

    /**
     * An error code of a driver.
     *
     * @param burstSeconds further errors of this code on this device count as the first one for so long
     * @param texts the first that is found in the line decides instead of the severity
     */
    record ForCode(Set<Integer> codes, HealthSeverity severity, String meaning, int burstSeconds, List<ForText> texts)
            implements HealthRule {}

    /** What the text of a line says. */
    record ForText(Pattern pattern, HealthSeverity severity) implements HealthRule {}

    /**
     * A reading.
     *
     * @param atLeast from this value on it is a fault; empty for a value that must not grow
     * @param clearBelow the fault is over, and may come again, below this value
     */
    record ForReading(
            String check,
            Field field,
            OptionalDouble atLeast,
            double clearBelow,
            HealthSeverity severity,
            String meaning)
            implements HealthRule {}

    /** What of a reading a rule can look at. */
    enum Field {
        TEMPERATURE_CELSIUS("temperatureCelsius"),
        POWER_WATTS("powerWatts"),
        ECC_UNCORRECTED_TOTAL("eccUncorrectedTotal");

        private final String label;

        Field(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }

        double of(DeviceReading reading) {
            return switch (this) {
                case TEMPERATURE_CELSIUS -> reading.temperatureCelsius();
                case POWER_WATTS -> reading.powerWatts();
                case ECC_UNCORRECTED_TOTAL -> reading.eccUncorrectedTotal();
            };
        }
    }
}
