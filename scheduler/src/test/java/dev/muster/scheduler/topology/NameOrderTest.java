package dev.muster.scheduler.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class NameOrderTest {

    @Test
    void numbersInNamesCountAsNumbers() {
        List<String> names =
                new ArrayList<>(List.of("r10", "r2", "r1", "a", "r2b", "r02", "r", "r99999999999999999999", "r3"));
        Collections.sort(names, NameOrder.INSTANCE);
        assertThat(names).containsExactly("a", "r", "r1", "r02", "r2", "r2b", "r3", "r10", "r99999999999999999999");
    }

    @Test
    void differentNamesAreNeverEqual() {
        List<String> names = List.of("r1", "r01", "r001", "1", "01", "", "a1b", "a01b");
        for (String left : names) {
            for (String right : names) {
                assertThat(NameOrder.INSTANCE.compare(left, right) == 0).isEqualTo(left.equals(right));
                assertThat(Integer.signum(NameOrder.INSTANCE.compare(left, right)))
                        .isEqualTo(-Integer.signum(NameOrder.INSTANCE.compare(right, left)));
            }
        }
    }

    @Test
    void aLevelIsFoundByItsName() {
        Levels levels = new Levels(List.of("block", "rack"));
        assertThat(levels.depthOf("block")).hasValue(1);
        assertThat(levels.depthOf("host")).hasValue(3);
        assertThat(levels.depthOf("pdu")).isEmpty();
        assertThat(levels.nameOf(0)).isEmpty();
        assertThat(levels.nameOf(2)).isEqualTo("rack");
        assertThat(levels.nameOf(3)).isEqualTo("host");
    }
}
