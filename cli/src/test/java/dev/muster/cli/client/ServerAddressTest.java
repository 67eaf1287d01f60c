package dev.muster.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.cli.output.CommandFailure;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerAddressTest {

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:7000, 127.0.0.1:7000",
        "muster.example, muster.example:7443",
        "[::1]:7000, [::1]:7000",
        "[fe80::1], [fe80::1]:7443"
    })
    void addressesAreRead(String text, String expected) {
        assertThat(ServerAddress.parse(text, "--server")).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ":", ":7443", "host:", "host:0", "host:65536", "host:7x", "::1:7443", "a b:1", "http://x:1"})
    void whatIsNoAddressIsNamed(String text) {
        assertThatThrownBy(() -> ServerAddress.parse(text, "MUSTER_SERVER"))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("MUSTER_SERVER is \"" + text + "\"; it must be HOST:PORT, such as 127.0.0.1:7443");
    }

    @Test
    void waitingGrowsAndIsNeverTheSameForAll() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));
        SplittableRandom random = new SplittableRandom(3);

        assertThat(backoff.delay(1, random).toMillis()).isBetween(50L, 100L);
        assertThat(backoff.delay(3, random).toMillis()).isBetween(200L, 400L);
        assertThat(backoff.delay(1000, random).toMillis()).isBetween(2500L, 5000L);
    }
}
