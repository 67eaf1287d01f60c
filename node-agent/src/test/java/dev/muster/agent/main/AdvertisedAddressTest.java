package dev.muster.agent.main;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.agent.session.ControllerAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdvertisedAddressTest {

    private static final List<ControllerAddress> HERE = List.of(new ControllerAddress("127.0.0.1", 7443));

    @Test
    void aNameThatResolvesIsKept() {
        assertThat(AdvertisedAddress.of("localhost", HERE)).isEqualTo("localhost");
    }

    @Test
    void anUnknownNameGivesWayToTheAddressThatReachesTheController() {
        assertThat(AdvertisedAddress.of("no-such-host.invalid", HERE)).isEqualTo("127.0.0.1");
    }

    @Test
    void withoutAnyRouteTheNameIsAllThereIs() {
        assertThat(AdvertisedAddress.of("no-such-host.invalid", List.of(new ControllerAddress("other.invalid", 7443))))
                .isEqualTo("no-such-host.invalid");
    }
}
