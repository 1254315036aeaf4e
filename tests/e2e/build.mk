# SPDX-License-Identifier: Apache-2.0
#
# The programs that the end-to-end suite runs in containers: static, so that any image has what they need.

E2E := $(BUILD)/tests/e2e
E2E_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/e2e/attacks/*.c))

e2e-programs: $(E2E)/acts

$(E2E)/acts: $(E2E_OBJECTS)
	$(CC) $(CFLAGS) -static -pthread -o $@ $^
	strip $@

$(BUILD)/tests/e2e/%.o: tests/e2e/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -std=gnu11 $(WARNINGS) -D_GNU_SOURCE -MMD -MP -c -o $@ $<

.PHONY: e2e-programs
