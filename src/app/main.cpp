#include "app/program.hpp"

#include <iostream>

int main(int argc, char** argv) { return skingauge::app::run_program(argc, argv, std::cout, std::cerr); }
