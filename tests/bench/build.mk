# SPDX-License-Identifier: Apache-2.0
#
# What the measurements run, for the machine: make -f tests/bench/build.mk

BUILD := build/bench
CFLAGS := -std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes

all: $(addprefix $(BUILD)/,ops cost nothing tiny library.so null.bpf.o)

$(BUILD)/ops $(BUILD)/cost $(BUILD)/nothing: LINK := -static -pthread
$(BUILD)/tiny: LINK := -static -nostdlib -ffreestanding -fno-stack-protector
$(BUILD)/library.so: LINK := -shared -fPIC -nostdlib

$(BUILD)/null.bpf.o: tests/bench/null.bpf.c
	@mkdir -p $(@D)
	clang -target bpf -O2 -g -Wall -Werror -I/usr/include/$(shell gcc -print-multiarch) -c -o $@ $<

$(BUILD)/%.so: tests/bench/%.c
	@mkdir -p $(@D)
	gcc $(CFLAGS) $(LINK) -o $@ $<

$(BUILD)/%: tests/bench/%.c
	@mkdir -p $(@D)
	gcc $(CFLAGS) $(LINK) -o $@ $<

.PHONY: all
.DELETE_ON_ERROR:
