package dev.muster.agent.device;

import java.util.Locale;

/** Who made an accelerator, and with it the variable that tells a process which accelerators to use. */
public enum Vendor {
    NVIDIA("CUDA_VISIBLE_DEVICES"),
    ASCEND("ASCEND_RT_VISIBLE_DEVICES"),
    AMD("ROCR_VISIBLE_DEVICES"),
    FAKE("FAKE_VISIBLE_DEVICES");

    private final String maskVariable;

    Vendor(String maskVariable) {
        this.maskVariable = maskVariable;
    }

    public String maskVariable() {
        return maskVariable;
    }

    /** As in messages: lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
