package dev.muster.scheduler.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpareCountTest {

    @ParameterizedTest
    @CsvSource({"1, 0", "8, 0", "9, 1", "64, 1", "128, 2", "256, 2", "512, 3", "1024, 4", "16384, 31"})
    void asManyAsFailInOneReplacementWindowNinetyNineTimesInAHundred(int hosts, int spares) {
        assertThat(SpareCount.forHosts(hosts)).isEqualTo(spares);
    }

    @Test
    void theLargestGangHasANumberToo() {
        assertThat(SpareCount.forHosts(JobLimits.MAX_HOSTS)).isBetween(1_300, 1_400);
    }

    @Test
    void aJobFileMayAskForIt() {
        String file = """
                apiVersion: muster.dev/v1alpha1
                kind: TrainingJob
                metadata: {name: large}
                spec:
                  gang: {hosts: 512, spares: auto, perHost: {accelerators: 8}}
                  template: {command: [train]}""";
        assertThat(JobFile.read(file).value().orElseThrow().gang().spares()).isEqualTo(3);
    }
}
