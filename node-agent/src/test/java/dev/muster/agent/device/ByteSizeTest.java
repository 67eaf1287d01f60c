package dev.muster.agent.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
    @Test
    void amountsAreReadAsPeopleWriteThem() {
        assertThat(ByteSize.parse("64Gi")).isEqualTo(64L << 30);
        assertThat(ByteSize.parse("10MiB")).isEqualTo(10L << 20);
        assertThat(ByteSize.parse("2k")).isEqualTo(2000);
        assertThat(ByteSize.parse(" 1024 ")).isEqualTo(1024);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1Gi", "1.5Gi", "Gi", "1Gb", "9999999999999999999", "999999999999Pi"})
    void whatIsNoAmountIsNamed(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\"");
    }
}
