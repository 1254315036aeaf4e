# SPDX-License-Identifier: Apache-2.0
#
# The programs that the end-to-end suite runs in containers: static, so that any image has what they need.

E2E := $(BUILD)/tests/e2e
E2E_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/e2e/attacks/*.c))

RANDOM_OBJECTS := $(patsubst %,$(BUILD)/tests/%.o,$(addprefix e2e/random/,cases operation profile tree) \
	$(addprefix unit/profile/,build generate generate_rules reference))

e2e-programs: $(E2E)/acts $(addprefix $(E2E)/random/,cases actor target)

$(E2E)/acts: $(E2E_OBJECTS)
	$(CC) $(CFLAGS) -static -pthread -o $@ $^
	strip $@

# These know the project's profiles, and the plain reference that unit tests also use.
$(RANDOM_OBJECTS): CPPFLAGS += -Itests/unit
$(E2E)/random/cases: $(RANDOM_OBJECTS) $(LIBRARY)
	$(CC) $(CFLAGS) -static -o $@ $^ $(LIBS)
	strip $@

$(E2E)/random/actor $(E2E)/random/target: $(E2E)/random/%: $(BUILD)/tests/e2e/random/%.o
	$(CC) $(CFLAGS) -static -o $@ $^
	strip $@

$(BUILD)/tests/unit/%.o: tests/unit/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -std=gnu11 $(WARNINGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tests/e2e/%.o: tests/e2e/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -std=gnu11 $(WARNINGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

.PHONY: e2e-programs
