// NVRTC: the host's compiler turns the same source into a shared object; kept by its content beside the emulator, for the next run.
// The environment's AECG_KERNEL_FLAGS are further options of that compiler: -fsanitize=undefined shows what the language leaves undefined.
#include "image.h"
#include "card.h"
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <spawn.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <fcntl.h>
#include <dirent.h>

extern char** environ;

namespace {

// nvrtcResult (nvrtc.h).
enum { Fine = 0, InvalidInput = 3, InvalidProgram = 4, InvalidOption = 5, CompilationFailed = 6, Internal = 11 };
const int Architectures[] = {75, 80, 86, 89, 90, 100, 120};

struct Program {
  std::string source, name, log, image;
  std::map<std::string, std::string> headers;
  int architecture = 0;
  bool ptx = false;
};

std::mutex lock;
std::map<Program*, std::unique_ptr<Program>> programs;

Program* find(void* handle) {
  auto program = programs.find((Program*)handle);
  return program == programs.end() ? nullptr : program->second.get();
}

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void write(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

std::string hash(const std::string& text) {
  uint64_t a = 14695981039346656037ull, b = 1099511628211ull;
  for (unsigned char c : text) {
    a = (a ^ c) * 1099511628211ull;
    b = (b + c) * 0x9e3779b97f4a7c15ull ^ b >> 29;
  }
  char digits[40];
  std::snprintf(digits, sizeof digits, "%016llx%016llx", (unsigned long long)a, (unsigned long long)b);
  return digits;
}

bool starts(const std::string& text, const char* with, std::string& rest) {
  size_t length = std::strlen(with);
  if (text.compare(0, length, with) != 0) return false;
  rest = text.substr(length);
  return true;
}

// What NVRTC's options are called by the host's compiler. False: an option that it would refuse, or that we do not know.
bool translate(Program& program, const std::string& option, std::vector<std::string>& arguments) {
  std::string value;
  if (starts(option, "--gpu-architecture=", value) || starts(option, "-arch=", value)) {
    std::string number;
    program.ptx = starts(value, "compute_", number);
    if (!program.ptx && !starts(value, "sm_", number)) return false;
    program.architecture = std::atoi(number.c_str());
    for (int known : Architectures)
      if (known == program.architecture) return true;
    return false;
  }
  if (starts(option, "--std=", value) || starts(option, "-std=", value)) { arguments.push_back("-std=" + value); return value == "c++17"; }
  if (starts(option, "--define-macro=", value) || (starts(option, "-D", value) && !value.empty())) { arguments.push_back("-D" + value); return true; }
  if (starts(option, "--fmad=", value) || starts(option, "-fmad=", value)) {
    arguments.push_back(value == "false" ? "-ffp-contract=off" : "-ffp-contract=fast");
    return value == "false" || value == "true";
  }
  for (const char* harmless : {"--generate-line-info", "-lineinfo", "--device-as-default-execution-space", "-default-device", "--restrict"})
    if (option == harmless) return true;
  return false;
}

int run(const std::vector<std::string>& arguments, const std::string& log) {
  std::vector<char*> words;
  for (auto& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 2, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  pid_t child;
  int failed = posix_spawnp(&child, words[0], &files, nullptr, words.data(), environ), status = 0;
  posix_spawn_file_actions_destroy(&files);
  if (failed) return failed;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
  return status;
}

void remove_folder(const std::string& folder) {
  if (DIR* entries = opendir(folder.c_str())) {
    while (dirent* entry = readdir(entries)) unlink((folder + "/" + entry->d_name).c_str());
    closedir(entries);
  }
  rmdir(folder.c_str());
}

std::vector<std::string> further() {
  const char* flags = std::getenv("AECG_KERNEL_FLAGS");
  std::istringstream words(flags ? flags : "");
  return {std::istream_iterator<std::string>(words), {}};
}

bool compile(Program& program, const std::vector<std::string>& options, const std::string& target) {
  char pattern[] = P_tmpdir "/aecg-nvrtc-XXXXXX";
  if (!mkdtemp(pattern)) return false;
  std::string folder = pattern, made = folder + "/kernels.so";
  write(folder + "/kernels.cpp", "#line 1 \"" + program.name + "\"\n" + program.source);
  for (auto& header : program.headers) write(folder + "/" + header.first, header.second);
  std::vector<std::string> arguments = {AECG_COMPILER, "-O2", "-march=native", "-shared", "-fPIC", "-Wall", "-Wextra", "-Wno-unknown-pragmas",
      "-fno-strict-aliasing", "-fvisibility=hidden", "-DAECG_HOST", "-I" + folder, "-I" AECG_FOLDER};
  arguments.insert(arguments.end(), options.begin(), options.end());
  for (auto& flag : further()) arguments.push_back(flag);
  arguments.insert(arguments.end(), {folder + "/kernels.cpp", "-o", made});
  int status = run(arguments, folder + "/log");
  program.log = read(folder + "/log");
  bool built = status == 0 || (access(made.c_str(), R_OK) == 0 && read(made).size() > 0);
  if (built && rename(made.c_str(), (target + ".new").c_str()) != 0) write(target + ".new", read(made));
  if (built) {
    write(target + ".log", program.log);
    rename((target + ".new").c_str(), target.c_str());
  }
  remove_folder(folder);
  return built;
}

void pack(Program& program, const std::string& object) {
  ImageHead head;
  std::memcpy(head.magic, ImageMagic, sizeof head.magic);
  head.architecture = program.architecture;
  head.ptx = program.ptx;
  head.bytes = object.size();
  program.image = std::string((const char*)&head, sizeof head) + object;
}

int give(const std::string& text, bool there, size_t* size, char* data) {
  if (size) *size = there ? text.size() : 0;
  if (data && there) std::memcpy(data, text.data(), text.size());
  return Fine;
}

}  // namespace

#define PROGRAM \
  std::lock_guard<std::mutex> guard(lock); \
  Program* program = find(handle); \
  if (!program) return InvalidProgram

API int nvrtcVersion(int* major, int* minor) { *major = 12; *minor = 4; return Fine; }
API int nvrtcGetNumSupportedArchs(int* count) { *count = int(sizeof Architectures / sizeof *Architectures); return Fine; }
API int nvrtcGetSupportedArchs(int* list) { std::memcpy(list, Architectures, sizeof Architectures); return Fine; }

API int nvrtcCreateProgram(void** result, const char* source, const char* name, int count, const char** headers, const char** names) {
  if (!source || count < 0) return InvalidInput;
  std::lock_guard<std::mutex> guard(lock);
  auto program = std::make_unique<Program>();
  program->source = source;
  program->name = name ? name : "default_program";
  for (int i = 0; i < count; i++) program->headers[names[i]] = headers[i];
  *result = program.get();
  programs[program.get()] = std::move(program);
  return Fine;
}

API int nvrtcDestroyProgram(void** handle) {
  std::lock_guard<std::mutex> guard(lock);
  if (!programs.erase((Program*)*handle)) return InvalidProgram;
  *handle = nullptr;
  return Fine;
}

API int nvrtcCompileProgram(void* handle, int count, const char** options) {
  {
    std::lock_guard<std::recursive_mutex> guard(card::the.lock);
    if (int code = card::injected("nvrtcCompileProgram")) return code;
  }
  PROGRAM;
  std::vector<std::string> arguments;
  std::string key = program->source + read(AECG_FOLDER "/emulator.h") + AECG_BUILD;
  for (int i = 0; i < count; i++) {
    if (!translate(*program, options[i], arguments)) {
      program->log = std::string("error: unrecognized option ") + options[i];
      return InvalidOption;
    }
    key += std::string("\n") + options[i];
  }
  for (auto& flag : further()) key += "\n" + flag;
  for (auto& header : program->headers) key += "\n" + header.first + "\n" + header.second;
  mkdir(AECG_FOLDER "/modules", 0700);
  std::string target = AECG_FOLDER "/modules/" + hash(key) + ".so";
  int file = open((target + ".lock").c_str(), O_CREAT | O_RDWR, 0600);
  if (file < 0 || flock(file, LOCK_EX) != 0) return Internal;   // another process may be about the same
  bool there = access(target.c_str(), R_OK) == 0 || compile(*program, arguments, target);
  close(file);
  if (!there) return CompilationFailed;
  program->log = read(target + ".log");
  pack(*program, read(target));
  return Fine;
}

API int nvrtcGetPTXSize(void* handle, size_t* size) { PROGRAM; return give(program->image, true, size, nullptr); }
API int nvrtcGetPTX(void* handle, char* data) { PROGRAM; return give(program->image, true, nullptr, data); }
API int nvrtcGetCUBINSize(void* handle, size_t* size) { PROGRAM; return give(program->image, !program->ptx, size, nullptr); }
API int nvrtcGetCUBIN(void* handle, char* data) { PROGRAM; return give(program->image, !program->ptx, nullptr, data); }
API int nvrtcGetProgramLogSize(void* handle, size_t* size) { PROGRAM; *size = program->log.size() + 1; return Fine; }
API int nvrtcGetProgramLog(void* handle, char* data) { PROGRAM; std::memcpy(data, program->log.c_str(), program->log.size() + 1); return Fine; }
API const char* nvrtcGetErrorString(int code) {
  switch (code) {
    case Fine: return "NVRTC_SUCCESS";
    case InvalidInput: return "NVRTC_ERROR_INVALID_INPUT";
    case InvalidProgram: return "NVRTC_ERROR_INVALID_PROGRAM";
    case InvalidOption: return "NVRTC_ERROR_INVALID_OPTION";
    case CompilationFailed: return "NVRTC_ERROR_COMPILATION";
    case Internal: return "NVRTC_ERROR_INTERNAL_ERROR";
    default: return "NVRTC_ERROR unknown";
  }
}
