// The head of a compiled image of the emulated card; a shared object of the host follows.
#pragma once
static const char ImageMagic[8] = {'A', 'E', 'C', 'G', 'C', 'A', 'R', 'D'};
struct ImageHead {
  char magic[8];
  int architecture;   // 10 * major + minor
  int ptx;            // 1: runs on later cards too
  unsigned long long bytes;
};
