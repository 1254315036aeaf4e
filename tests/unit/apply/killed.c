/* SPDX-License-Identifier: Apache-2.0 */
/* An activation that is killed after each of the system calls that change files: what is in force is whole. */
#include "node.h"

#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

void suite_apply_killed(void);

#define OWN "{'version':1,'name':'own'}"
#define CALLS_MAX 1000 /* that one activation makes, at most */

static bool changes_files(unsigned long long call)
{
	static const long calls[] = { SYS_openat,   SYS_write, SYS_renameat2, SYS_linkat, SYS_unlinkat, SYS_mkdirat,
#ifdef SYS_rename
				      SYS_rename,   SYS_link,  SYS_unlink,    SYS_mkdir,  SYS_rmdir,	SYS_open,
#endif
				      SYS_utimensat };

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (call == (unsigned long long)calls[i])
			return true;
	return false;
}

/* Lets the child go on to its n-th such call, and kills it there. Returns false where it ended before. */
static bool kill_at(pid_t child, unsigned int n)
{
	struct __ptrace_syscall_info info;
	int status;

	while (ptrace(PTRACE_SYSCALL, child, 0, 0) == 0 && waitpid(child, &status, 0) == child) {
		if (WIFEXITED(status)) {
			CU_ASSERT_EQUAL(WEXITSTATUS(status), 0);
			return false;
		}
		ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof(info), &info);
		if (info.op != PTRACE_SYSCALL_INFO_ENTRY || !changes_files(info.entry.nr) || n--)
			continue;
		kill(child, SIGKILL);
		waitpid(child, &status, 0);
		return true;
	}
	CU_FAIL_FATAL("ptrace");
	return false;
}

static bool apply_and_kill(struct node *node, int (*apply)(struct node *node), unsigned int n)
{
	pid_t child = fork();
	int status;

	CU_ASSERT_TRUE_FATAL(child >= 0);
	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		_exit(apply(node) < 0);
	}
	CU_ASSERT_EQUAL_FATAL(waitpid(child, &status, 0), child);
	ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	return kill_at(child, n);
}

static void write_old(struct node *node)
{
	node_write(node, "base.json", "{'version':1,'kernel':{'bpf':'deny'}}");
	node_write(node, "old.json", "{'version':1,'extends':'base'}");
	node_write(node, "config.json", "{'version':1,'default_profile':'old'}");
}

static void make_old(struct node *node)
{
	node_make(node);
	write_file(&node->folder, "etc/profiles.d/own.json", OWN);
	write_old(node);
	CU_ASSERT_EQUAL_FATAL(node_apply(node), 0);
}

static void write_new(struct node *node)
{
	node_write(node, "base.json", "{'version':1,'kernel':{'bpf':'kill'}}");
	node_write(node, "new.json", "{'version':1,'extends':'base'}");
	node_write(node, "config.json",
		   "{'version':1,'bindings':[{'pod':'a','profile':'new'}],'default_profile':'base'}");
	node_drop(node, "old.json");
}

/* From the old to the new, to the end after the kill. Returns false where there was none. */
static bool go_over(unsigned int n)
{
	_cleanup_node_ struct node node;
	bool killed;

	make_old(&node);
	write_new(&node);
	killed = apply_and_kill(&node, node_apply, n);
	CU_ASSERT_TRUE(node_is_whole(&node));
	CU_ASSERT_TRUE(node_has(&node, "etc/profiles.d/own.json", OWN));
	CU_ASSERT_TRUE(node_apply(&node) >= 0);
	CU_ASSERT_TRUE(node_is_whole(&node) && node_is_clean(&node));
	CU_ASSERT_TRUE(node_has(&node, "etc/profiles.d/old.json", NULL));
	CU_ASSERT_TRUE(node_has(&node, "etc/profiles.d/new.json", "{'version':1,'extends':'base'}"));
	CU_ASSERT_TRUE(node_has(&node, "etc/profiles.d/own.json", OWN));
	CU_ASSERT_EQUAL(node_apply(&node), 1);
	return killed;
}

/* Away with it. */
static bool take_away(unsigned int n)
{
	_cleanup_node_ struct node node;
	bool killed;

	make_old(&node);
	killed = apply_and_kill(&node, node_take_away, n);
	CU_ASSERT_TRUE(node_is_whole(&node));
	CU_ASSERT_TRUE(node_take_away(&node) >= 0);
	CU_ASSERT_TRUE(node_has(&node, "etc/config.json", NULL));
	CU_ASSERT_TRUE(node_has(&node, "etc/profiles.d/old.json", NULL));
	CU_ASSERT_TRUE(node_has(&node, "etc/profiles.d/own.json", OWN));
	CU_ASSERT_TRUE(node_is_clean(&node));
	return killed;
}

static void each_call(bool (*change)(unsigned int n))
{
	unsigned int n = 0;

	while (n < CALLS_MAX && change(n))
		n++;
	CU_ASSERT_TRUE(n > 20);
	CU_ASSERT_TRUE(n < CALLS_MAX);
}

static void going_over(void)
{
	each_call(go_over);
}

static void taking_away(void)
{
	each_call(take_away);
}

void suite_apply_killed(void)
{
	CU_pSuite suite = CU_add_suite("apply/killed", NULL, NULL);

	CU_add_test(suite, "going over", going_over);
	CU_add_test(suite, "taking away", taking_away);
}
